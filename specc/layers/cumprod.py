"""Running product."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.along_axis import AlongAxis
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import NUMBERS, ElementTypes
from specc.layers.common.reduction import reduced
from specc.layers.common.running import run
from specc.layers.full import filled
from specc.tensor.types import TensorType


@layer
class Cumprod(AlongAxis):
    """Running product along an axis, the element itself included.

    Formula: y[i] = x[0] * ... * x[i]
    Source: torch.cumprod; ONNX Scan, Mul
    Example:
        input x: float32[N, T]
        y = x -> cumprod(1)
    """

    name: ClassVar[str] = "cumprod"
    element_types: ClassVar[ElementTypes] = NUMBERS
    nonempty: ClassVar[bool] = True

    def emit(self, build: Builder, tensor: str, type_: TensorType, axis: int) -> str:
        """ONNX Scan with Mul in its body."""
        one = type_.with_shape(reduced(type_.shape, (axis,), False))
        start = filled(build, 1, one)
        return run(build, ((start, one),), ((tensor, one, axis),), axis, _multiplied)[0]


def _multiplied(build: Builder, states: tuple[str, ...], elements: tuple[str, ...]) -> tuple[str, ...]:
    return (build.op("Mul", states[0], elements[0]),)
