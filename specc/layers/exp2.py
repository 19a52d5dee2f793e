"""2 to the power of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary
from specc.tensor.types import TensorType


@layer
class Exp2(Unary):
    """2 to the power of each element.

    Formula: y = 2 ** x
    Source: torch.exp2; ONNX Pow
    Example:
        input x: float32[N, 8]
        y = x -> exp2
    """

    name: ClassVar[str] = "exp2"

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Pow."""
        return build.op("Pow", build.scalar(2.0, type_.dtype), tensor)
