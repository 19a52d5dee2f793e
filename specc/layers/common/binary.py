"""What elementwise layers of two inputs have in common."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.broadcasting import broadcast
from specc.layers.common.element_types import BOOLEANS, NUMBERS, ElementTypes
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


class Binary(Operation):
    """Base of layers that compute each element from one element of each of two tensors, whose shapes are broadcast."""

    ports: ClassVar[tuple[Port, ...]] = (Port("a"), Port("b", doc="a tensor or a number"))
    literals: ClassVar[bool] = True
    operator: ClassVar[str]
    takes: ClassVar[ElementTypes] = NUMBERS
    flops_per_element: ClassVar[int] = 1

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The common shape."""
        self.takes.need_one(self.name, inputs)
        return (TensorType(inputs[0].dtype, broadcast(self.name, inputs)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """`flops_per_element` for each element of the result."""
        return Cost(0, self.flops_per_element * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """One ONNX operator."""
        return (build.op(self.operator, site.inputs[0], site.inputs[1]),)


class Comparison(Binary):
    """Base of comparisons: the result is bool."""

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The common shape, bool."""
        self.takes.need_one(self.name, inputs)
        return (TensorType(DType.BOOL, broadcast(self.name, inputs)),)


class Logic(Binary):
    """Base of logic of two bools."""

    takes: ClassVar[ElementTypes] = BOOLEANS
