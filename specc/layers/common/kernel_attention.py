"""Attention by feature maps: scores are products of features, so that keys and values are summed up before a query."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Rejected
from specc.layers.cast import converted
from specc.layers.common.attention_mask import need_key_mask, seen_keys
from specc.layers.common.axes import need_equal
from specc.layers.common.errors_sequence import QueriesOutnumberKeys
from specc.layers.common.heads import Heads
from specc.layers.common.query_key_value import need_heads
from specc.tensor.dims import at_least
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


def need_kernel(layer: str, inputs: Arguments[TensorType], num_heads: int, causal: bool) -> Heads:
    """The sizes of an attention by features; rejects what does not fit."""
    sizes = need_heads(layer, inputs, num_heads, None)
    need_key_mask(layer, inputs, sizes.batch, sizes.keys)
    need_equal(layer, "the heads of queries and of keys", sizes.heads, sizes.kv_heads, Blame(0), Blame(1))
    if causal and not at_least(sizes.keys, sizes.queries):
        raise Rejected(QueriesOutnumberKeys(sizes.queries, sizes.keys, "causal attention"), Blame(0))
    return sizes


def kernel_cost(sizes: Heads, features: int, causal: bool) -> Cost:
    """MACs: N x heads x (Tk + Tq) x features x value size, for what keys and values sum up to and for reading it, and
    N x heads x Tq x features for the divisors; of `causal` attention these are 2 FLOPs for each feature, no product of
    matrices. The sum of the keys is a FLOP for each feature, the division one for each element of the result."""
    rows = sizes.batch * sizes.heads
    macs = rows * (sizes.keys + sizes.queries) * (features * sizes.value_size)
    divisors = rows * sizes.queries * features
    others = rows * sizes.keys * features + rows * sizes.queries * sizes.value_size
    return Cost(macs if causal else macs + divisors, 2 * (macs + divisors) + others)


def shown(build: Builder, site: Site, features: str) -> str:
    """Features [N, heads, Tk, m] of keys, 0 where `key_mask` hides the key."""
    if site.inputs.get("key_mask") is None:
        return features
    seen = converted(build, seen_keys(build, site), site.types[0].dtype)
    return build.op("Mul", features, build.op("Unsqueeze", seen, build.ints(1, 3)))


def kernel_attend(
    build: Builder, operands: tuple[str, str, str], sizes: Heads, dtype: DType, causal: bool, eps: float
) -> str:
    """Values weighted by the products of features [N, heads, T, m] of queries and keys: [N, heads, Tq, value size]."""
    if causal:
        return _causal(build, operands, sizes, dtype, eps)
    query, key, value = operands
    summed = build.op("MatMul", build.op("Transpose", key, perm=(0, 1, 3, 2)), value)
    total = build.op("ReduceSum", key, build.ints(2), keepdims=1)
    divisor = build.op("MatMul", query, build.op("Transpose", total, perm=(0, 1, 3, 2)))
    return _divided(build, build.op("MatMul", query, summed), divisor, dtype, eps)


def _causal(build: Builder, operands: tuple[str, str, str], sizes: Heads, dtype: DType, eps: float) -> str:
    """Running sums over the keys; query i reads the one up to the key i + (Tk - Tq)."""
    query, key, value = operands
    axis = build.scalar(2, DType.INT64)
    outer = build.op("Mul", build.op("Unsqueeze", key, build.ints(4)), build.op("Unsqueeze", value, build.ints(3)))
    summed, total = build.op("CumSum", outer, axis), build.op("CumSum", key, axis)
    if sizes.keys != sizes.queries:
        start, stop = build.dim(sizes.keys - sizes.queries), build.dim(sizes.keys)
        summed, total = (build.op("Slice", each, start, stop, build.ints(2)) for each in (summed, total))
    rows = build.op("MatMul", build.op("Unsqueeze", query, build.ints(3)), summed)
    divisor = build.op("ReduceSum", build.op("Mul", query, total), build.ints(3), keepdims=1)
    return _divided(build, build.op("Squeeze", rows, build.ints(3)), divisor, dtype, eps)


def _divided(build: Builder, mixed: str, divisor: str, dtype: DType, eps: float) -> str:
    if eps:
        divisor = build.op("Add", divisor, build.scalar(eps, dtype))
    return build.op("Div", mixed, divisor)
