"""A value where a mask holds."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import FLOAT, attribute, layer
from specc.layers.common.broadcasting import broadcast
from specc.layers.common.element_types import BOOLEANS, EITHER
from specc.layers.common.errors_movement import ValueDoesNotFit
from specc.layers.full import fits
from specc.tensor.types import TensorType


@layer
class MaskedFill(Operation):
    """A value in place of each element where a mask holds; shapes are broadcast.

    Formula: y = value where mask, else x
    Source: torch.masked_fill; ONNX Where
    Example:
        input scores: float32[N, T, T]
        input mask: bool[N, 1, T]
        y = masked_fill(scores, mask, -inf) -> softmax
    """

    name: ClassVar[str] = "masked_fill"
    ports: ClassVar[tuple[Port, ...]] = (Port("input"), Port("mask", doc="bool"))

    value: float = attribute(FLOAT, "what stands where the mask holds")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The common shape, with the element type of the input."""
        EITHER.need(self.name, inputs[0])
        BOOLEANS.need(self.name, inputs[1], 1)
        if not fits(self.value, inputs[0].dtype):
            raise Rejected(ValueDoesNotFit(self.value, inputs[0].dtype), Blame(0))
        return (TensorType(inputs[0].dtype, broadcast(self.name, inputs)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element of the result."""
        return Cost(0, outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Where."""
        dtype = site.types[0].dtype
        value = build.scalar(self.value if dtype.is_float else int(self.value), dtype)
        return (build.op("Where", site.inputs[1], value, site.inputs[0]),)
