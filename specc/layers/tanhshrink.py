"""Difference from the hyperbolic tangent."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Tanhshrink(Elementwise):
    """Difference from the hyperbolic tangent.

    Formula: y = x - tanh(x)
    Source: torch.nn.Tanhshrink; ONNX Tanh, Sub
    Example:
        input x: float32[N, 16]
        y = x -> tanhshrink
    """

    name: ClassVar[str] = "tanhshrink"
    flops_per_element: ClassVar[int] = 2

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Tanh and Sub."""
        return build.op("Sub", tensor, build.op("Tanh", tensor))
