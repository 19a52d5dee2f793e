"""Scaled dot-product attention over heads: the sizes, and the operators that attention layers share."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from specc.ir.builder import Builder
from specc.ir.operation import Cost
from specc.layers.arange import counted
from specc.layers.cast import converted
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

    def cost(self, scoring: Scoring, masked: bool) -> Cost:
        """MACs of both products over all queries and keys. For each score one for the scale, five for softmax (one for
        a hard choice), three for a soft cap, and one where there is a mask."""
        scores = self.batch * self.heads * self.queries * self.keys
        macs = scores * (self.key_size + self.value_size)
        each = 1 + (1 if scoring.hard else 5) + (3 if scoring.softcap is not None else 0) + int(masked)
        return Cost(macs, 2 * macs + scores * each)


@dataclass(frozen=True, slots=True)
class Scoring:
    """What is done with scores: their factor (1 / sqrt(size) by default), a bound that tanh keeps them within, and
    whether the key with the largest one takes all."""

    scale: float | None = None
    softcap: float | None = None
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Operands:
    """Names of the tensors of an attention: `query` [N, heads, Tq, size], `key` [N, kv heads, size, Tk], `value`
    [N, kv heads, Tk, value size]; what is added to the scores, aligned with [N, heads, Tq, Tk], and a logit [heads] for
    each head that takes its part of every row."""

    query: str
    key: str
    value: str
    bias: str | None = None
    sinks: str | None = None


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


def attend(build: Builder, operands: Operands, sizes: Heads, dtype: DType, scoring: Scoring) -> str:
    """Softmax of the scaled scores plus the bias, times the values: [N, heads, Tq, value size].

    Queries that share a head of the keys are one matrix, so that keys and values are not repeated.
    """
    group = sizes.heads // sizes.kv_heads
    folded = (sizes.batch, sizes.kv_heads, sizes.queries * group)
    query = operands.query
    if group > 1:
        query = build.reshape(query, (*sizes.scores[:3], sizes.key_size), (*folded, sizes.key_size))
    scores = _scaled(build, build.op("MatMul", query, operands.key), sizes, dtype, scoring)
    by_head = group > 1 and (operands.bias is not None or operands.sinks is not None)
    if by_head:
        scores = build.reshape(scores, (*folded, sizes.keys), sizes.scores)
    if operands.bias is not None:
        scores = build.op("Add", scores, operands.bias)
    shares = _shares(build, scores, operands.sinks, sizes, dtype, scoring)
    if by_head:
        shares = build.reshape(shares, sizes.scores, (*folded, sizes.keys))
    mixed = build.op("MatMul", shares, operands.value)
    if group == 1:
        return mixed
    return build.reshape(mixed, (*folded, sizes.value_size), (*sizes.scores[:3], sizes.value_size))


def _scaled(build: Builder, scores: str, sizes: Heads, dtype: DType, scoring: Scoring) -> str:
    factor = 1 / sqrt(sizes.key_size) if scoring.scale is None else scoring.scale
    if scoring.softcap is not None:
        factor = factor / scoring.softcap
    if factor != 1:
        scores = build.op("Mul", scores, build.scalar(factor, dtype))
    if scoring.softcap is None:
        return scores
    return build.op("Mul", build.op("Tanh", scores), build.scalar(scoring.softcap, dtype))


def _shares(build: Builder, scores: str, sinks: str | None, sizes: Heads, dtype: DType, scoring: Scoring) -> str:
    """What each key has of each query."""
    if scoring.hard:
        best = build.op("ArgMax", scores, axis=-1, keepdims=1)
        return converted(build, build.op("Equal", best, counted(build, sizes.keys)), dtype)
    if sinks is None:
        return build.op("Softmax", scores, axis=-1)
    one, shape = (sizes.heads, 1, 1), (*sizes.scores[:3], 1)
    column = build.expand(build.op("Unsqueeze", sinks, build.ints(1, 2)), one, shape, dtype)
    shares = build.op("Softmax", build.op("Concat", scores, column, axis=-1), axis=-1)
    return build.op("Slice", shares, build.ints(0), build.ints(-1), build.ints(-1))
