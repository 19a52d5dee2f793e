"""Angle of a point."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.tensor.dtypes import DType

PI = 3.141592653589793


@layer
class Atan2(Binary):
    """Angle of the point (b, a) in radians, from -pi to pi; the signs of zeros and infinities count, but a
    result of 0 may have lost its own.

    Formula: y = arctan(a / b), and by pi further where b < 0, with the sign of a
    Source: torch.atan2; IEEE 754-2019, 9.2; ONNX Abs, Div, Atan, Where
    Example:
        input a: float32[N, 8]
        input b: float32[N, 8]
        y = atan2(a, b)
    """

    name: ClassVar[str] = "atan2"
    takes: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 15

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Atan of the quotient of the magnitudes, mirrored by the signs."""
        a, b, dtype = site.inputs[0], site.inputs[1], site.outputs[0].dtype
        up, right = build.op("Abs", a), build.op("Abs", b)
        # Equal magnitudes have no quotient where both are 0 or infinite.
        slope = build.op("Where", build.op("Equal", up, right), build.op("Sign", up), build.op("Div", up, right))
        angle = build.op("Atan", slope)
        mirrored = build.op("Sub", build.scalar(PI, dtype), angle)
        half = build.op("Where", _negative(build, b, dtype), mirrored, angle)
        return (build.op("Where", _negative(build, a, dtype), build.op("Neg", half), half),)


def _negative(build: Builder, tensor: str, dtype: DType) -> str:
    """Whether each element has a minus sign, -0 included, of which only the reciprocal tells."""
    zero = build.scalar(0.0, dtype)
    return build.op("Or", build.op("Less", tensor, zero), build.op("Less", build.op("Reciprocal", tensor), zero))
