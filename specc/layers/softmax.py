"""Softmax along one axis."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.along_axis import AlongAxis
from specc.layers.common.attributes import layer
from specc.tensor.types import TensorType


@layer
class Softmax(AlongAxis):
    """Softmax along one axis; over the channels of an image with `axis=1`.

    Formula: y = exp(x - max(x)) / sum(exp(x - max(x))), maximum and sum along the axis
    Source: torch.nn.Softmax, torch.nn.Softmax2d; ONNX Softmax
    Example:
        input logits: float32[N, 10]
        y = logits -> softmax
    """

    name: ClassVar[str] = "softmax"
    flops_per_element: ClassVar[int] = 5

    def emit(self, build: Builder, tensor: str, type_: TensorType, axis: int) -> str:
        """ONNX Softmax."""
        return build.op("Softmax", tensor, axis=axis)
