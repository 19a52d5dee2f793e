"""The square of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import NUMBERS, ElementTypes
from specc.layers.common.unary import Unary
from specc.tensor.types import TensorType


@layer
class Square(Unary):
    """The square of each element.

    Formula: y = x * x
    Source: torch.square; ONNX Mul
    Example:
        input x: float32[N, 8]
        y = x -> square
    """

    name: ClassVar[str] = "square"
    takes: ClassVar[ElementTypes] = NUMBERS

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Mul of the tensor with itself."""
        return build.op("Mul", tensor, tensor)
