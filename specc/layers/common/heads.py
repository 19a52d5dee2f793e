"""Scaled dot-product attention over heads: the sizes, and the operators that attention layers share."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from specc.ir.builder import Builder
from specc.ir.operation import Cost
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType


@dataclass(frozen=True, slots=True)
class Heads:
    """Sizes of an attention: `key_size` and `value_size` are those of one head."""

    batch: Dim
    heads: int
    kv_heads: int
    queries: Dim
    keys: Dim
    key_size: int
    value_size: int

    @property
    def scores(self) -> tuple[Dim, ...]:
        """Shape of the scores."""
        return self.batch, self.heads, self.queries, self.keys

    def cost(self, masked: bool) -> Cost:
        """MACs of both products over all queries and keys. For each score one for the scale, five for softmax, and one
        where there is a mask."""
        scores = self.batch * self.heads * self.queries * self.keys
        macs = scores * (self.key_size + self.value_size)
        return Cost(macs, 2 * macs + scores * (7 if masked else 6))


def to_heads(build: Builder, tensor: str, shape: tuple[Dim, ...], heads: int, size: int, keys: bool = False) -> str:
    """[N, T, heads * size] as [N, heads, T, size], or as [N, heads, size, T] for `keys`."""
    if heads == 1:
        tensor = build.op("Transpose", tensor, perm=(0, 2, 1)) if keys else tensor
        return build.op("Unsqueeze", tensor, build.ints(1))
    apart = build.reshape(tensor, shape, (*shape[:2], heads, size))
    return build.op("Transpose", apart, perm=(0, 2, 3, 1) if keys else (0, 2, 1, 3))


def from_heads(build: Builder, tensor: str, sizes: Heads) -> str:
    """[N, heads, T, size] as [N, T, heads * size]."""
    if sizes.heads == 1:
        return build.op("Squeeze", tensor, build.ints(1))
    apart = (sizes.batch, sizes.queries, sizes.heads, sizes.value_size)
    joined = (sizes.batch, sizes.queries, sizes.heads * sizes.value_size)
    return build.reshape(build.op("Transpose", tensor, perm=(0, 2, 1, 3)), apart, joined)


def attend(
    build: Builder,
    query: str,
    key: str,
    value: str,
    sizes: Heads,
    dtype: DType,
    bias: str | None,
    scale: float | None = None,
) -> str:
    """Softmax of the scaled scores plus `bias`, times the values: [N, heads, Tq, value size].

    `query` is [N, heads, Tq, size], `key` [N, kv heads, size, Tk], `value` [N, kv heads, Tk, value size]. Queries that
    share a head of the keys are one matrix, so that keys and values are not repeated.
    """
    group = sizes.heads // sizes.kv_heads
    folded = (sizes.batch, sizes.kv_heads, sizes.queries * group)
    if group > 1:
        query = build.reshape(query, (*sizes.scores[:3], sizes.key_size), (*folded, sizes.key_size))
    scores = build.op("MatMul", query, key)
    factor = 1 / sqrt(sizes.key_size) if scale is None else scale
    if factor != 1:
        scores = build.op("Mul", scores, build.scalar(factor, dtype))
    if bias is not None:
        scores = _biased(build, scores, bias, sizes, folded)
    mixed = build.op("MatMul", build.op("Softmax", scores, axis=-1), value)
    if group == 1:
        return mixed
    return build.reshape(mixed, (*folded, sizes.value_size), (*sizes.scores[:3], sizes.value_size))


def _biased(build: Builder, scores: str, bias: str, sizes: Heads, folded: tuple[Dim, ...]) -> str:
    """Scores plus a bias that is aligned with [N, heads, Tq, Tk]."""
    if sizes.heads == sizes.kv_heads:
        return build.op("Add", scores, bias)
    apart = build.op("Add", build.reshape(scores, (*folded, sizes.keys), sizes.scores), bias)
    return build.reshape(apart, sizes.scores, (*folded, sizes.keys))
