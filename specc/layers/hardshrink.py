"""Zero in place of all that is near to zero."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import POSITIVE_NUMBER, attribute, layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Hardshrink(Elementwise):
    """Zero in place of all that is near to zero.

    Formula: y = 0 where abs(x) <= lambd, else x
    Source: torch.nn.Hardshrink; ONNX Abs, LessOrEqual, Where
    Example:
        input x: float32[N, 16]
        y = x -> hardshrink
    """

    name: ClassVar[str] = "hardshrink"
    flops_per_element: ClassVar[int] = 3

    lambd: float = attribute(POSITIVE_NUMBER, "what the magnitude of an element has to exceed", default=0.5)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Abs, LessOrEqual and Where."""
        near = build.op("LessOrEqual", build.op("Abs", tensor), build.scalar(self.lambd, type_.dtype))
        return build.op("Where", near, build.scalar(0.0, type_.dtype), tensor)
