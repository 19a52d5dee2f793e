"""The logarithm to base 2 of each element."""

from __future__ import annotations

from math import log
from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary
from specc.tensor.types import TensorType


@layer
class Log2(Unary):
    """The logarithm to base 2 of each element.

    Formula: y = log(x) / log(2)
    Source: torch.log2; ONNX Log, Div
    Example:
        input x: float32[N, 8]
        y = x -> log2
    """

    name: ClassVar[str] = "log2"
    flops_per_element: ClassVar[int] = 2

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Log and Div."""
        return build.op("Div", build.op("Log", tensor), build.scalar(log(2), type_.dtype))
