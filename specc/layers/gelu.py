"""Gaussian error linear unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import attribute, choice, layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Gelu(Elementwise):
    """Gaussian error linear unit.

    Formula: y = x / 2 * (1 + erf(x / sqrt(2))); tanh: y = x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))
    Source: Hendrycks and Gimpel 2016; torch.nn.GELU; ONNX Gelu
    Example:
        input x: float32[N, 16]
        y = x -> gelu
    """

    name: ClassVar[str] = "gelu"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 5

    approximate: str = attribute(
        choice("none", "tanh"), "the exact function, or its approximation by tanh", default="none"
    )

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Gelu."""
        return build.op("Gelu", tensor, approximate=self.approximate)
