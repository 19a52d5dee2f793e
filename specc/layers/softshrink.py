"""Shrinkage towards zero."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import POSITIVE_NUMBER, attribute, layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Softshrink(Elementwise):
    """Shrinkage towards zero.

    Formula: y = x - min(max(x, -lambd), lambd)
    Source: torch.nn.Softshrink; ONNX Clip, Sub
    Example:
        input x: float32[N, 16]
        y = x -> softshrink
    """

    name: ClassVar[str] = "softshrink"
    flops_per_element: ClassVar[int] = 3

    lambd: float = attribute(POSITIVE_NUMBER, "how far each element moves towards zero", default=0.5)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Clip and Sub."""
        low, high = build.scalar(-self.lambd, type_.dtype), build.scalar(self.lambd, type_.dtype)
        return build.op("Sub", tensor, build.op("Clip", tensor, low, high))
