"""Mish."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Mish(Elementwise):
    """Mish.

    Formula: y = x * tanh(log(1 + exp(x)))
    Source: Misra 2019; torch.nn.Mish; ONNX Softplus, Tanh, Mul
    Example:
        input x: float32[N, 16]
        y = x -> mish
    """

    name: ClassVar[str] = "mish"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 5

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Softplus, Tanh and Mul."""
        return build.op("Mul", tensor, build.op("Tanh", build.op("Softplus", tensor)))
