"""Rectified linear unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Relu(Elementwise):
    """Rectified linear unit.

    Formula: y = max(x, 0)
    Source: Nair and Hinton 2010; torch.nn.ReLU; ONNX Relu
    Example:
        input x: float32[N, 16]
        y = x -> relu
    """

    name: ClassVar[str] = "relu"

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Relu."""
        return build.op("Relu", tensor)
