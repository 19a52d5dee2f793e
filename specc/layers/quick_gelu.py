"""Sigmoid approximation of the Gaussian error linear unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class QuickGelu(Elementwise):
    """Sigmoid approximation of the Gaussian error linear unit.

    Formula: y = x * sigmoid(1.702 * x)
    Source: Hendrycks and Gimpel 2016; CLIP; ONNX Mul, Sigmoid
    Example:
        input x: float32[N, 16]
        y = x -> quick_gelu
    """

    name: ClassVar[str] = "quick_gelu"
    flops_per_element: ClassVar[int] = 5

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Mul, Sigmoid and Mul."""
        scaled = build.op("Mul", tensor, build.scalar(1.702, type_.dtype))
        return build.op("Mul", tensor, build.op("Sigmoid", scaled))
