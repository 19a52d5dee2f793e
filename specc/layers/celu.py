"""Exponential linear unit with a continuous derivative."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import POSITIVE_NUMBER, attribute, layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Celu(Elementwise):
    """Exponential linear unit with a continuous derivative.

    Formula: y = x where x > 0, else alpha * (exp(x / alpha) - 1)
    Source: Barron 2017; torch.nn.CELU; ONNX Div, Elu, Mul
    Example:
        input x: float32[N, 16]
        y = x -> celu
    """

    name: ClassVar[str] = "celu"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 5

    alpha: float = attribute(POSITIVE_NUMBER, "bound below zero, with the sign changed", default=1.0)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Elu, with a division before and a multiplication after where alpha is not 1."""
        if self.alpha == 1.0:
            return build.op("Elu", tensor, alpha=1.0)
        alpha = build.scalar(self.alpha, type_.dtype)
        return build.op("Mul", build.op("Elu", build.op("Div", tensor, alpha), alpha=1.0), alpha)
