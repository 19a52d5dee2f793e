"""What elementwise arithmetic of one input has in common."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.ir.operation import Arguments
from specc.layers.common.element_types import FLOATS, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


class Unary(Elementwise):
    """Base of layers that apply one ONNX operator to each element of a tensor of certain element types."""

    operator: ClassVar[str]
    takes: ClassVar[ElementTypes] = FLOATS

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        self.takes.need(self.name, inputs[0])
        return (inputs[0],)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """One ONNX operator."""
        return build.op(self.operator, tensor)


class Predicate(Unary):
    """Base of layers that ask something of each element: the result is bool."""

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The shape of the input, bool."""
        self.takes.need(self.name, inputs[0])
        return (inputs[0].with_dtype(DType.BOOL),)
