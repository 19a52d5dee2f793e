"""Exponential linear unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import FLOAT, attribute, layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Elu(Elementwise):
    """Exponential linear unit.

    Formula: y = x where x > 0, else alpha * (exp(x) - 1)
    Source: Clevert et al. 2015; torch.nn.ELU; ONNX Elu
    Example:
        input x: float32[N, 16]
        y = x -> elu
    """

    name: ClassVar[str] = "elu"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 3

    alpha: float = attribute(FLOAT, "bound below zero, with the sign changed", default=1.0)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Elu."""
        return build.op("Elu", tensor, alpha=self.alpha)
