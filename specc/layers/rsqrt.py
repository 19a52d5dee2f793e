"""One over the square root of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary
from specc.tensor.types import TensorType


@layer
class Rsqrt(Unary):
    """One over the square root of each element.

    Formula: y = 1 / sqrt(x)
    Source: torch.rsqrt; ONNX Sqrt, Reciprocal
    Example:
        input x: float32[N, 8]
        y = x -> rsqrt
    """

    name: ClassVar[str] = "rsqrt"
    flops_per_element: ClassVar[int] = 2

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Sqrt and Reciprocal."""
        return build.op("Reciprocal", build.op("Sqrt", tensor))
