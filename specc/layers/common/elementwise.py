"""What activations and other layers of one input and one result of the same shape have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.element_types import FLOATS, ElementTypes
from specc.tensor.types import TensorType


class Elementwise(Operation):
    """Base of layers that compute each element of the result from the same element of a floating-point input."""

    flops_per_element: ClassVar[int] = 1
    element_types: ClassVar[ElementTypes] = FLOATS

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        self.element_types.need(self.name, inputs[0])
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """`flops_per_element` for each element."""
        return Cost(0, self.flops_per_element * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The operators of `emit`."""
        return (self.emit(build, site.inputs[0], site.types[0]),)

    @abstractmethod
    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """Operators on one tensor; the name of the result."""
