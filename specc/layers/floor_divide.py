"""Quotient of a division, rounded down."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.cast import converted
from specc.layers.common.attributes import layer
from specc.layers.common.division import TRAPPING, Division, harmless
from specc.layers.common.element_types import SIGNED
from specc.tensor.dtypes import DType


@layer
class FloorDivide(Division):
    """Quotient of a division, rounded down to a whole number. An integer divisor of 0 fails when the model runs.

    Formula: y = floor(a / b)
    Source: torch.floor_divide; ONNX Div, Mod, Floor, Where
    Example:
        input a: int64[N, T]
        y = floor_divide(a, 7)
    """

    name: ClassVar[str] = "floor_divide"
    flops_per_element: ClassVar[int] = 6

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Div, which rounds integers towards zero and floating point not at all, and a correction."""
        a, b, dtype = site.inputs[0], site.inputs[1], site.outputs[0].dtype
        if dtype.is_float:
            return (_of_floats(build, a, b, dtype),)
        return (_of_integers(build, a, b, dtype) if dtype in SIGNED.members else build.op("Div", a, b),)


def _of_integers(build: Builder, a: str, b: str, dtype: DType) -> str:
    """One below the quotient of ONNX where there is a rest whose sign is not that of the divisor."""
    zero = build.scalar(0, dtype)
    divisor = harmless(build, b, dtype)
    quotient = build.op("Div", a, divisor)
    rest = build.op("Sub", a, build.op("Mul", quotient, divisor))
    differ = build.op("Xor", build.op("Less", rest, zero), build.op("Less", divisor, zero))
    inexact = build.op("And", differ, build.op("Not", build.op("Equal", rest, zero)))
    lowered = build.op("Sub", quotient, converted(build, inexact, dtype))
    if dtype not in TRAPPING:
        return lowered
    return build.op("Where", build.op("Equal", b, build.scalar(-1, dtype)), build.op("Neg", a), lowered)


def _of_floats(build: Builder, a: str, b: str, dtype: DType) -> str:
    """The dividend without its rest, divided: whole but for rounding, which is undone. a / b where b is 0."""
    zero, one = build.scalar(0.0, dtype), build.scalar(1.0, dtype)
    rest = build.op("Mod", a, b, fmod=1)
    quotient = build.op("Div", build.op("Sub", a, rest), b)
    differ = build.op("Xor", build.op("Less", rest, zero), build.op("Less", b, zero))
    inexact = build.op("And", differ, build.op("Not", build.op("Equal", rest, zero)))
    quotient = build.op("Where", inexact, build.op("Sub", quotient, one), quotient)
    floor = build.op("Floor", quotient)
    above = build.op("Greater", build.op("Sub", quotient, floor), build.scalar(0.5, dtype))
    whole = build.op("Where", above, build.op("Add", floor, one), floor)
    return build.op("Where", build.op("Equal", b, zero), build.op("Div", a, b), whole)
