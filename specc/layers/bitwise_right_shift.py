"""The bits of an integer moved to lower places."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.cast import converted
from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import INTEGERS, SIGNED, ElementTypes
from specc.layers.common.shifting import shifted


@layer
class BitwiseRightShift(Binary):
    """The bits of an integer moved down by as many places as another says; the sign stays.

    Formula: y = floor(a / 2 ** b); where b is negative or not below the bits of the type, -1 for a negative a, else 0
    Source: torch.bitwise_right_shift; ONNX Cast, BitwiseXor, BitShift
    Example:
        input a: int64[N, T]
        input b: int64[N, 1]
        y = bitwise_right_shift(a, b)
    """

    name: ClassVar[str] = "bitwise_right_shift"
    takes: ClassVar[ElementTypes] = INTEGERS
    flops_per_element: ClassVar[int] = 8

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX BitShift of uint64, of a negative number with all bits turned over before and after."""
        dtype = site.types[0].dtype
        if dtype not in SIGNED.members:
            return (converted(build, shifted(build, site, "RIGHT", site.inputs[0]), dtype),)
        below = build.op("Less", site.inputs[0], build.scalar(0, dtype))
        sign = build.op("Neg", converted(build, below, dtype))
        magnitude = build.op("BitwiseXor", site.inputs[0], sign)
        moved = converted(build, shifted(build, site, "RIGHT", magnitude), dtype)
        return (build.op("BitwiseXor", moved, sign),)
