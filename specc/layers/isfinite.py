"""Whether each element is a finite number."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.unary import Predicate
from specc.tensor.types import TensorType


@layer
class Isfinite(Predicate):
    """Whether each element is neither NaN nor infinite.

    Formula: y = x is neither NaN nor inf nor -inf
    Source: torch.isfinite; ONNX IsNaN, IsInf, Or, Not
    Example:
        input x: float32[N, 8]
        y = x -> isfinite
    """

    name: ClassVar[str] = "isfinite"
    flops_per_element: ClassVar[int] = 4

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX IsNaN, IsInf, Or and Not."""
        return build.op("Not", build.op("Or", build.op("IsNaN", tensor), build.op("IsInf", tensor)))
