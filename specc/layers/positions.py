"""Learned positions."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial, Normal
from specc.ir.operation import Arguments, Blame, Port, Rejected, WeightSpec
from specc.layers.common.attributes import DIM, POSITIVE, attribute, layer, optional
from specc.layers.common.axes import need_sizes
from specc.layers.common.checks import need_float, need_number, need_rank
from specc.layers.common.errors_positions import PlacesOutnumberRows
from specc.layers.common.initializers import INITIAL
from specc.layers.common.movement import Movement
from specc.tensor.dims import Dim, at_least
from specc.tensor.types import TensorType


@layer
class Positions(Movement):
    """A learned vector for each place of a sequence, counted from `offset`; it is to be added to the input.

    Formula: y[i, j] = weight[offset + i, j]
    Source: Gehring et al. 2017, arXiv:1705.03122; Devlin et al. 2018, arXiv:1810.04805; ONNX Slice
    Example:
        input x: float32[N, T, 768]
        require T <= 512
        y = x + (x -> positions(512) as position_embeddings)
    """

    name: ClassVar[str] = "positions"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, T, width], the sequence that has the places"),)

    num_positions: int = attribute(POSITIVE, "rows of the table")
    offset: Dim = attribute(DIM, "row of the first place", default=0)
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the table", default=None)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [num_positions, width]."""
        need_rank(self.name, inputs[0], 3, 3, "[N, T, width]")
        need_float(self.name, inputs)
        width = need_number(self.name, inputs[0], 2)
        shape, initial = (self.num_positions, width), self.init or Normal(0.02)
        return (WeightSpec("weight", shape, initial, dtype=inputs[0].dtype, fan_in=width, fan_out=shape[0]),)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[T, width]."""
        need_sizes(self.name, (self.offset,))
        length = inputs[0].shape[1]
        if not at_least(self.num_positions, self.offset + length):
            raise Rejected(PlacesOutnumberRows(self.name, self.num_positions, self.offset + length), Blame(0, 1))
        return (inputs[0].with_shape(inputs[0].shape[1:]),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Slice."""
        start, stop = build.dim(self.offset), build.dim(self.offset + site.types[0].shape[1])
        return (build.op("Slice", site.weights["weight"], start, stop, build.ints(0)),)
