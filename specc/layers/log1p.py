"""The logarithm of 1 plus each element."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary
from specc.tensor.types import TensorType


@layer
class Log1p(Unary):
    """The logarithm of 1 plus each element, accurate also where the element is near to 0.

    Formula: y = log(1 + x): with u = 1 + x rounded, log(u) * x / (u - 1), or x where u is 1
    Source: torch.log1p; Kahan, in Goldberg 1991, theorem 4; ONNX Add, Sub, Log, Div, Mul, Where
    Example:
        input x: float32[N, 8]
        y = x -> log1p
    """

    name: ClassVar[str] = "log1p"
    flops_per_element: ClassVar[int] = 8

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Log times what rounding 1 + x takes away; without that where nothing is taken, as of infinity."""
        one = build.scalar(1.0, type_.dtype)
        whole = build.op("Add", tensor, one)
        rest = build.op("Sub", whole, one)
        logarithm = build.op("Log", whole)
        scaled = build.op("Mul", logarithm, build.op("Div", tensor, rest))
        same = build.op("Where", build.op("Equal", rest, tensor), logarithm, scaled)
        return build.op("Where", build.op("Equal", rest, build.scalar(0.0, type_.dtype)), tensor, same)
