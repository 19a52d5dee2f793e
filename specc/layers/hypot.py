"""Length of the hypotenuse."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import FLOATS, ElementTypes


@layer
class Hypot(Binary):
    """Length of the hypotenuse of a right triangle, also where the squares are too large or too small. NaN where either
    side is NaN, while torch has inf beside an infinite side.

    Formula: y = sqrt(a^2 + b^2)
    Source: torch.hypot; ONNX Abs, Max, Min, Div, Sqrt
    Example:
        input a: float32[N, 8]
        input b: float32[N, 8]
        y = hypot(a, b)
    """

    name: ClassVar[str] = "hypot"
    takes: ClassVar[ElementTypes] = FLOATS
    flops_per_element: ClassVar[int] = 9

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The longer side times the root of 1 and the square of the quotient of the sides."""
        first, second = build.op("Abs", site.inputs[0]), build.op("Abs", site.inputs[1])
        long, short = build.op("Max", first, second), build.op("Min", first, second)
        # Equal sides have no quotient where both are 0 or infinite.
        slope = build.op("Where", build.op("Equal", long, short), build.op("Sign", long), build.op("Div", short, long))
        one = build.scalar(1.0, site.outputs[0].dtype)
        root = build.op("Sqrt", build.op("Add", build.op("Mul", slope, slope), one))
        return (build.op("Mul", long, root),)
