"""Logistic function."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Sigmoid(Elementwise):
    """Logistic function.

    Formula: y = 1 / (1 + exp(-x))
    Source: torch.nn.Sigmoid; ONNX Sigmoid
    Example:
        input x: float32[N, 16]
        y = x -> sigmoid
    """

    name: ClassVar[str] = "sigmoid"
    flops_per_element: ClassVar[int] = 3

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Sigmoid."""
        return build.op("Sigmoid", tensor)
