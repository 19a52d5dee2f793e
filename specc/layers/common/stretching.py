"""Dims of 1 repeated."""

from __future__ import annotations

from specc.ir.builder import Builder
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType


def stretched(build: Builder, tensor: str, before: tuple[Dim, ...], after: tuple[Dim, ...], dtype: DType) -> str:
    """`tensor` of shape `before` in the shape `after`, whose dims are aligned from the last.

    The runtime leaves out an Expand to no element at all, so such dims are cut first.
    """
    if before == after:
        return tensor
    front = len(after) - len(before)
    empty = tuple(axis for axis, dim in enumerate(before) if after[front + axis] == 0 and dim != 0)
    if empty:
        zeros = build.ints(*(0 for _ in empty))
        tensor = build.op("Slice", tensor, zeros, zeros, build.ints(*empty))
    cut = tuple(0 if axis in empty else dim for axis, dim in enumerate(before))
    return build.expand(tensor, cut, after, dtype)
