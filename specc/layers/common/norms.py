"""Norms of the numbers along axes."""

from __future__ import annotations

from math import inf

from specc.ir.builder import Builder
from specc.layers.common.attributes import FLOAT, Kind, Raw, Unfit
from specc.tensor.dtypes import DType


def _order(raw: Raw) -> float:
    number = FLOAT.convert(raw)
    if not number > 0:
        raise Unfit
    return number


ORDER = Kind("a number above 0, or inf", _order)


def p_norm(build: Builder, tensor: str, axes: tuple[int, ...], p: float, dtype: DType, keepdims: bool) -> str:
    """`(sum of |x| ^ p) ^ (1 / p)` along `axes`; the largest |x| for p = inf."""
    over, keep = build.ints(*axes), int(keepdims)
    if p in (1, 2):
        return build.op(f"ReduceL{int(p)}", tensor, over, keepdims=keep)
    size = build.op("Abs", tensor)
    if p == inf:
        return build.op("ReduceMax", size, over, keepdims=keep)
    total = build.op("ReduceSum", build.op("Pow", size, build.scalar(p, dtype)), over, keepdims=keep)
    return build.op("Pow", total, build.scalar(1 / p, dtype))
