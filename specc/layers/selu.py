"""Scaled exponential linear unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Selu(Elementwise):
    """Scaled exponential linear unit.

    Formula: y = 1.0507 * x where x > 0, else 1.0507 * 1.6733 * (exp(x) - 1)
    Source: Klambauer et al. 2017; torch.nn.SELU; ONNX Selu
    Example:
        input x: float32[N, 16]
        y = x -> selu
    """

    name: ClassVar[str] = "selu"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 4

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Selu."""
        return build.op("Selu", tensor, alpha=1.6732632423543772, gamma=1.0507009873554805)
