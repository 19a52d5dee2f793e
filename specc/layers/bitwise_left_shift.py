"""The bits of an integer moved to higher places."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.layers.cast import converted
from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import INTEGERS, ElementTypes
from specc.layers.common.shifting import shifted


@layer
class BitwiseLeftShift(Binary):
    """The bits of an integer moved up by as many places as another says; what leaves the type is lost.

    Formula: y = a * 2 ** b in the integers of the type; 0 where b is negative or not below 64
    Source: torch.bitwise_left_shift; ONNX Cast, BitShift
    Example:
        input a: int64[N, T]
        input b: int64[N, 1]
        y = bitwise_left_shift(a, b)
    """

    name: ClassVar[str] = "bitwise_left_shift"
    takes: ClassVar[ElementTypes] = INTEGERS
    flops_per_element: ClassVar[int] = 5

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX BitShift of uint64, to which and from which a Cast keeps the bits."""
        dtype = site.types[0].dtype
        return (converted(build, shifted(build, site, "LEFT", site.inputs[0]), dtype),)
