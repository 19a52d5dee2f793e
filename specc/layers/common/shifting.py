"""Bits moved by as many places as a tensor says."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.layers.cast import converted
from specc.tensor.dtypes import DType


def shifted(build: Builder, site: Site, direction: str, bits: str) -> str:
    """`bits` moved by the second input, as uint64; 0 where that is negative or above 63.

    BitShift has kernels for few types, and is not defined for as many places as there are bits. As uint64 a negative
    number of places is far above 63.
    """
    places = converted(build, site.inputs[1], DType.UINT64)
    most = build.scalar(63, DType.UINT64)
    inside = converted(build, build.op("LessOrEqual", places, most), DType.UINT64)
    whole = converted(build, bits, DType.UINT64)
    moved = build.op("BitShift", whole, build.op("Min", places, most), direction=direction)
    return build.op("Mul", moved, inside)
