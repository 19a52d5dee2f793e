"""Softsign."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Softsign(Elementwise):
    """Softsign.

    Formula: y = x / (1 + abs(x))
    Source: torch.nn.Softsign; ONNX Softsign
    Example:
        input x: float32[N, 16]
        y = x -> softsign
    """

    name: ClassVar[str] = "softsign"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 3

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Softsign."""
        return build.op("Softsign", tensor)
