"""The exponential of each element, minus 1."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary
from specc.tensor.types import TensorType


@layer
class Expm1(Unary):
    """The exponential of each element, minus 1, accurate also where the element is near to 0.

    Formula: y = exp(x) - 1: with u = exp(x) rounded, (u - 1) * x / log(u) for x from -1 to 1, or x where u is 1
    Source: torch.expm1; Kahan, in Higham 2002, section 1.14.1; ONNX Exp, Sub, Log, Div, Mul, Where
    Example:
        input x: float32[N, 8]
        y = x -> expm1
    """

    name: ClassVar[str] = "expm1"
    flops_per_element: ClassVar[int] = 9

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Exp and Sub; near to 0 times what rounding the exponential takes away."""
        one = build.scalar(1.0, type_.dtype)
        power = build.op("Exp", tensor)
        less = build.op("Sub", power, one)
        scaled = build.op("Mul", less, build.op("Div", tensor, build.op("Log", power)))
        near = build.op("Where", build.op("Equal", power, one), tensor, scaled)
        return build.op("Where", build.op("Greater", build.op("Abs", tensor), one), less, near)
