"""Smooth rectified linear unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import POSITIVE_NUMBER, attribute, layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Softplus(Elementwise):
    """Smooth rectified linear unit.

    Formula: y = log(1 + exp(beta * x)) / beta
    Source: torch.nn.Softplus; ONNX Softplus
    Example:
        input x: float32[N, 16]
        y = x -> softplus
    """

    name: ClassVar[str] = "softplus"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 3

    beta: float = attribute(POSITIVE_NUMBER, "how sharp the bend is", default=1.0)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Softplus, with a multiplication before and a division after where beta is not 1."""
        if self.beta == 1.0:
            return build.op("Softplus", tensor)
        beta = build.scalar(self.beta, type_.dtype)
        return build.op("Div", build.op("Softplus", build.op("Mul", tensor, beta)), beta)
