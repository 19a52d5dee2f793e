"""Piecewise linear swish."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class HardSwish(Elementwise):
    """Piecewise linear swish.

    Formula: y = x * min(max(x / 6 + 1 / 2, 0), 1)
    Source: Howard et al. 2019; torch.nn.Hardswish; ONNX HardSwish
    Example:
        input x: float32[N, 16]
        y = x -> hard_swish
    """

    name: ClassVar[str] = "hard_swish"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 5

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX HardSwish."""
        return build.op("HardSwish", tensor)
