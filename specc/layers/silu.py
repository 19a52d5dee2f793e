"""Sigmoid linear unit, also called swish."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class Silu(Elementwise):
    """Sigmoid linear unit, also called swish.

    Formula: y = x * sigmoid(x)
    Source: Elfwing et al. 2017; torch.nn.SiLU; ONNX Sigmoid, Mul
    Example:
        input x: float32[N, 16]
        y = x -> silu
    """

    name: ClassVar[str] = "silu"
    flops_per_element: ClassVar[int] = 4

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Sigmoid and Mul."""
        return build.op("Mul", tensor, build.op("Sigmoid", tensor))
