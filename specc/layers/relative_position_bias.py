"""Relative position bias of T5."""

from __future__ import annotations

from math import log
from struct import pack, unpack
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial, Normal
from specc.ir.operation import Arguments, Port, Rejected, WeightSpec
from specc.layers.common.attributes import BOOL, DIM, POSITIVE, attribute, layer, optional
from specc.layers.common.axes import need_sizes
from specc.layers.common.errors_positions import DistanceTooLarge, WrongBuckets
from specc.layers.common.initializers import INITIAL
from specc.layers.common.movement import Movement
from specc.layers.common.relative import distances
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

LONGEST = 100_000


@layer
class RelativePositionBias(Movement):
    """A learned bias of the scores of attention for each head and bucket of distances, as in T5.

    Query i stands at the key i + (Tk - Tq). Half of the buckets of a direction hold one distance each, the others grow
    logarithmically up to `max_distance`. Named `relative_attention_bias`, it loads the table of transformers' T5.

    Formula: y[h, i, j] = weight[bucket(j - i - (Tk - Tq)), h]
    Source: Raffel et al. 2019, arXiv:1910.10683; transformers T5Attention
    Example:
        input x: float32[N, T, 512]
        bias = relative_position_bias(8, T, T) as relative_attention_bias
        y = attention(x, num_heads=8, scale=1, score_bias=bias)
    """

    name: ClassVar[str] = "relative_position_bias"
    ports: ClassVar[tuple[Port, ...]] = ()

    num_heads: int = attribute(POSITIVE, "number of heads")
    queries: Dim = attribute(DIM, "number of queries")
    keys: Dim = attribute(DIM, "number of keys")
    num_buckets: int = attribute(POSITIVE, "number of buckets", default=32)
    max_distance: int = attribute(POSITIVE, "distance from which on all share a bucket", default=128)
    bidirectional: bool = attribute(BOOL, "whether keys after the query have buckets of their own", default=True)
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the table", default=None)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [num_buckets, num_heads]."""
        shape = (self.num_buckets, self.num_heads)
        return (WeightSpec("weight", shape, self.init or Normal(1.0), fan_in=shape[1], fan_out=shape[0]),)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[heads, Tq, Tk], float32."""
        need_sizes(self.name, (self.queries, self.keys))
        single = self._buckets() // 2
        if single < 1 or self.max_distance <= single:
            raise Rejected(WrongBuckets(self.num_buckets, self.max_distance, 1 + self.bidirectional))
        if self.max_distance > LONGEST:
            raise Rejected(DistanceTooLarge(self.max_distance, LONGEST))
        return (TensorType(DType.FLOAT32, (self.num_heads, self.queries, self.keys)),)

    def _buckets(self) -> int:
        """Buckets of one direction."""
        return self.num_buckets // 2 if self.bidirectional else self.num_buckets

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Gather of a row for each distance, then of a distance for each query and key."""
        limit = build.scalar(self.max_distance, DType.INT64)
        apart = distances(build, self.queries, self.keys)
        bounded = build.op("Max", build.op("Min", apart, limit), build.scalar(-self.max_distance, DType.INT64))
        by_distance = build.op("Gather", site.weights["weight"], build.ints(*self._by_distance()), axis=0)
        table = build.op("Transpose", by_distance, perm=(1, 0))
        return (build.op("Gather", table, build.op("Add", bounded, limit), axis=1),)

    def _by_distance(self) -> tuple[int, ...]:
        """The bucket of each distance from -max_distance to max_distance; from there on all have the same."""
        near = [self._bucket(distance) for distance in range(self.max_distance + 1)]
        ahead = [self._buckets() + bucket for bucket in near] if self.bidirectional else [0] * len(near)
        return (*reversed(near), *ahead[1:])

    def _bucket(self, distance: int) -> int:
        """Computed in single precision, as the published tables were trained: it decides on which side a bound lies."""
        buckets = self._buckets()
        single = buckets // 2
        if distance < single:
            return distance
        share = _single(_single(log(_single(distance / single))) / _single(log(self.max_distance / single)))
        return min(single + int(_single(share * (buckets - single))), buckets - 1)


def _single(value: float) -> float:
    rounded: float = unpack("f", pack("f", value))[0]
    return rounded
