"""Logarithm of the softmax."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.along_axis import AlongAxis
from specc.layers.common.attributes import layer
from specc.tensor.types import TensorType


@layer
class LogSoftmax(AlongAxis):
    """Logarithm of the softmax along one axis.

    Formula: y = x - max(x) - log(sum(exp(x - max(x)))), maximum and sum along the axis
    Source: torch.nn.LogSoftmax; ONNX LogSoftmax
    Example:
        input logits: float32[N, 10]
        y = logits -> log_softmax
    """

    name: ClassVar[str] = "log_softmax"
    flops_per_element: ClassVar[int] = 5

    def emit(self, build: Builder, tensor: str, type_: TensorType, axis: int) -> str:
        """ONNX LogSoftmax."""
        return build.op("LogSoftmax", tensor, axis=axis)
