"""Each element with its fraction cut off."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary
from specc.tensor.types import TensorType


@layer
class Trunc(Unary):
    """Each element with its fraction cut off.

    Formula: y = floor(x) where x > 0, else ceil(x)
    Source: torch.trunc; ONNX Floor, Ceil, Where
    Example:
        input x: float32[N, 8]
        y = x -> trunc
    """

    name: ClassVar[str] = "trunc"
    flops_per_element: ClassVar[int] = 3

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Floor, Ceil and Where."""
        return truncated(build, tensor, type_)


def truncated(build: Builder, tensor: str, type_: TensorType) -> str:
    """`tensor` with the fractions cut off."""
    above = build.op("Greater", tensor, build.scalar(0.0, type_.dtype))
    return build.op("Where", above, build.op("Floor", tensor), build.op("Ceil", tensor))
