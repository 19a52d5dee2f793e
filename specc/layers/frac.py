"""The fraction of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary
from specc.layers.trunc import truncated
from specc.tensor.types import TensorType


@layer
class Frac(Unary):
    """The fraction of each element, with its sign.

    Formula: y = x - trunc(x)
    Source: torch.frac; ONNX Floor, Ceil, Where, Sub
    Example:
        input x: float32[N, 8]
        y = x -> frac
    """

    name: ClassVar[str] = "frac"
    flops_per_element: ClassVar[int] = 4

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Floor, Ceil, Where and Sub."""
        return build.op("Sub", tensor, truncated(build, tensor, type_))
