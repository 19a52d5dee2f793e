"""Elements in the opposite order."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments
from specc.layers.common.attributes import INT, attribute, layer, several
from specc.layers.common.axes import need_axes
from specc.layers.common.movement import Rearrangement
from specc.layers.slice import FIRST, LAST
from specc.tensor.types import TensorType


@layer
class Flip(Rearrangement):
    """The elements in the opposite order along axes.

    Formula: y[i] = x[size - 1 - i]
    Source: torch.flip; ONNX Slice
    Example:
        input x: float32[N, T, 16]
        y = x -> flip(1)
    """

    name: ClassVar[str] = "flip"

    axes: tuple[int, ...] = attribute(several(INT), "axes to turn round")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        need_axes(self.name, inputs[0], self.axes)
        return (inputs[0],)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Slice with steps of -1."""
        axes = need_axes(self.name, site.types[0], self.axes)
        if not axes:
            return (site.inputs[0],)
        starts, stops, steps = (build.ints(*(bound,) * len(axes)) for bound in (LAST, FIRST, -1))
        return (build.op("Slice", site.inputs[0], starts, stops, build.ints(*axes), steps),)
