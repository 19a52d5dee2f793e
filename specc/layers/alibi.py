"""Attention with linear biases."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.cast import converted
from specc.layers.common.attributes import DIM, POSITIVE, attribute, layer, optional
from specc.layers.common.axes import need_sizes
from specc.layers.common.relative import distances
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Alibi(Operation):
    """A bias of the scores of attention that falls linearly with the distance between query and key.

    Query i stands at the key i + (Tk - Tq). Slopes are powers of 2^(-8 / n) for the largest power of two n up to the
    number of heads, then every other one of those for 2n heads, as in the authors' code.

    Formula: y[h, i, j] = -slope[h] * |i + (Tk - Tq) - j|
    Source: Press, Smith, Lewis 2021, arXiv:2108.12409
    Example:
        input x: float32[N, T, 512]
        y = attention(x, num_heads=8, causal=true, score_bias=alibi(8, T))
    """

    name: ClassVar[str] = "alibi"
    ports: ClassVar[tuple[Port, ...]] = ()

    num_heads: int = attribute(POSITIVE, "number of heads")
    queries: Dim = attribute(DIM, "number of queries")
    keys: Dim | None = attribute(optional(DIM), "number of keys, that of the queries by default", default=None)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[heads, Tq, Tk], float32."""
        need_sizes(self.name, (self.queries, self._keys()))
        return (TensorType(DType.FLOAT32, (self.num_heads, self.queries, self._keys())),)

    def _keys(self) -> Dim:
        return self.queries if self.keys is None else self.keys

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element."""
        return Cost(0, outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Range, Sub, Abs, Mul."""
        apart = build.op("Abs", distances(build, self.queries, self._keys()))
        steep = tuple(-slope for slope in slopes(self.num_heads))
        factors = build.floats(steep, (self.num_heads, 1, 1), DType.FLOAT32)
        return (build.op("Mul", converted(build, apart, DType.FLOAT32), factors),)


def slopes(heads: int) -> tuple[float, ...]:
    """The slope of each head."""
    power = 1 << (heads.bit_length() - 1)
    made = [2 ** (-8 * (index + 1) / power) for index in range(power)]
    made += [2 ** (-4 * (2 * index + 1) / power) for index in range(heads - power)]
    return tuple(made)
