"""Rectified linear unit, cut at 6."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Relu6(Elementwise):
    """Rectified linear unit, cut at 6.

    Formula: y = min(max(x, 0), 6)
    Source: torch.nn.ReLU6; ONNX Clip
    Example:
        input x: float32[N, 16]
        y = x -> relu6
    """

    name: ClassVar[str] = "relu6"
    flops_per_element: ClassVar[int] = 2

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Clip."""
        return build.op("Clip", tensor, build.scalar(0.0, type_.dtype), build.scalar(6.0, type_.dtype))
