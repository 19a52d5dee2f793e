"""Hyperbolic tangent."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Tanh(Elementwise):
    """Hyperbolic tangent.

    Formula: y = (exp(x) - exp(-x)) / (exp(x) + exp(-x))
    Source: torch.nn.Tanh; ONNX Tanh
    Example:
        input x: float32[N, 16]
        y = x -> tanh
    """

    name: ClassVar[str] = "tanh"

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Tanh."""
        return build.op("Tanh", tensor)
