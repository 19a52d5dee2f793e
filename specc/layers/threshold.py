"""A value in place of all that is not above a threshold."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import FLOAT, attribute, layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Threshold(Elementwise):
    """A value in place of all that is not above a threshold.

    Formula: y = value where x <= threshold, else x
    Source: torch.nn.Threshold; ONNX LessOrEqual, Where
    Example:
        input x: float32[N, 16]
        y = x -> threshold(0.1)
    """

    name: ClassVar[str] = "threshold"
    flops_per_element: ClassVar[int] = 2

    threshold: float = attribute(FLOAT, "what an element has to exceed")
    value: float = attribute(FLOAT, "what stands for those that do not", default=0.0)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX LessOrEqual and Where."""
        below = build.op("LessOrEqual", tensor, build.scalar(self.threshold, type_.dtype))
        return build.op("Where", below, build.scalar(self.value, type_.dtype), tensor)
