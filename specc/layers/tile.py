"""A tensor repeated."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import DIM, attribute, layer, several
from specc.layers.common.axes import need_sizes
from specc.layers.common.errors_movement import RepeatsDoNotFit
from specc.layers.common.movement import Rearrangement
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@layer
class Tile(Rearrangement):
    """The whole tensor repeated along each axis.

    Formula: y[i] = x[i mod size]
    Source: torch.Tensor.repeat; numpy.tile; ONNX Tile
    Example:
        input x: float32[N, 28]
        y = x -> tile([1, 2])
    """

    name: ClassVar[str] = "tile"

    repeats: tuple[Dim, ...] = attribute(several(DIM), "how often, for each axis")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """Each size times its number."""
        tensor = inputs[0]
        if len(self.repeats) != tensor.rank:
            raise Rejected(RepeatsDoNotFit(len(self.repeats), tensor), Blame(0))
        need_sizes(self.name, self.repeats)
        return (tensor.with_shape(tuple(a * b for a, b in zip(tensor.shape, self.repeats, strict=True))),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Tile."""
        return (build.op("Tile", site.inputs[0], build.shape(self.repeats)),)
