"""Softmax of the negative."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.along_axis import AlongAxis
from specc.layers.common.attributes import layer
from specc.tensor.types import TensorType


@layer
class Softmin(AlongAxis):
    """Softmax of the negative along one axis.

    Formula: y = exp(-x) / sum(exp(-x)), sum along the axis
    Source: torch.nn.Softmin; ONNX Neg, Softmax
    Example:
        input logits: float32[N, 10]
        y = logits -> softmin
    """

    name: ClassVar[str] = "softmin"
    flops_per_element: ClassVar[int] = 6

    def emit(self, build: Builder, tensor: str, type_: TensorType, axis: int) -> str:
        """ONNX Neg and Softmax."""
        return build.op("Softmax", build.op("Neg", tensor), axis=axis)
