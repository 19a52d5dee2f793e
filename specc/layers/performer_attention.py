"""Attention by random features."""

from __future__ import annotations

from math import log
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import OrthogonalFeatures
from specc.ir.operation import Arguments, Cost, Operation, Port, WeightSpec
from specc.layers.common.attention_mask import KEY_MASK
from specc.layers.common.attributes import BOOL, POSITIVE, POSITIVE_NUMBER, attribute, choice, layer, optional
from specc.layers.common.axes import need_some
from specc.layers.common.heads import Heads
from specc.layers.common.kernel_attention import kernel_attend, kernel_cost, need_kernel, shown
from specc.layers.common.query_key_value import (
    QUERY_KEY_VALUE,
    join_heads,
    key_and_value,
    mixed_type,
    split_heads,
)
from specc.layers.common.stored import transposed
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

LEAST = {DType.FLOAT16: 1e-7}
"""Added to divisors that a mask may make 0, where 1e-30 does not fit."""


@layer
class PerformerAttention(Operation):
    """Attention whose scores are products of positive random features, in time linear in the length (FAVOR+).

    `kernel=softmax` approximates softmax attention, `relu` is another kernel. The projection is a fixed buffer, its
    rows orthogonal in blocks, with the lengths of normal vectors. `causal`: query i sees the keys up to i + (Tk - Tq).
    A query that sees no key takes 0. Emitted with running sums where it is causal, as `linear_attention`.

    Formula: y = f(q) (sum over j of f(k_j) v_j^T) / (f(q) sum over j of f(k_j)); softmax: f(x) =
        (exp(w x' - |x'|^2 / 2 - max) + eps) / sqrt(m), x' = x / size^(1/4), max over the features of a query, or of all
        keys; relu: f(x) = relu(w x) + eps
    Source: Choromanski et al. 2020, arXiv:2009.14794
    Example:
        input x: float32[N, T, 256]
        y = x -> performer_attention(num_heads=4, features=128) as attend
    """

    name: ClassVar[str] = "performer_attention"
    ports: ClassVar[tuple[Port, ...]] = (*QUERY_KEY_VALUE, KEY_MASK)

    num_heads: int = attribute(POSITIVE, "number of heads", default=1)
    features: int | None = attribute(optional(POSITIVE), "their number, size * log(size) by default", default=None)
    kernel: str = attribute(choice("softmax", "relu"), "which features", default="softmax")
    causal: bool = attribute(BOOL, "whether queries see no keys after their own place", default=False)
    eps: float | None = attribute(
        optional(POSITIVE_NUMBER), "added to each feature; 1e-6, of relu 1e-3 by default", default=None
    )

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`projection_matrix` [features, size], not trained."""
        sizes = self._sizes(inputs)
        shape = (self._count(sizes), sizes.key_size)
        dtype = inputs[0].dtype
        return (WeightSpec("projection_matrix", shape, OrthogonalFeatures(), trainable=False, dtype=dtype),)

    def _sizes(self, inputs: Arguments[TensorType]) -> Heads:
        return need_kernel(self.name, inputs, self.num_heads, self.causal)

    def _count(self, sizes: Heads) -> int:
        size = sizes.key_size
        return self.features or max(1, int(size * log(size)))

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, Tq, heads * value size] or [N, heads, Tq, value size]."""
        port = key_and_value(inputs)[0]
        need_some(self.name, inputs[port], (inputs[port].rank - 2,), port)
        return (mixed_type(inputs[0], self._sizes(inputs)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: N x heads x features x ((Tk + Tq) x (size + value size) + Tq), the last Tq unless it is causal."""
        sizes = self._sizes(inputs)
        count = self._count(sizes)
        inner = kernel_cost(sizes, count, self.causal)
        rows = sizes.batch * sizes.heads * (sizes.queries + sizes.keys)
        projected = rows * count * sizes.key_size
        others = rows * (5 * count + 4 * sizes.key_size if self.kernel == "softmax" else 2 * count)
        return Cost(inner.macs + projected, inner.flops + 2 * projected + others)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX MatMul, Exp or Relu, ReduceSum; CumSum where it is causal."""
        sizes, dtype = self._sizes(site.types), site.types[0].dtype
        query, key, value = split_heads(build, site, sizes)
        weight = transposed(build, site, "projection_matrix")
        query = self._mapped(build, query, weight, sizes, dtype, (3,))
        key = shown(build, site, self._mapped(build, key, weight, sizes, dtype, (2, 3)))
        eps = 0.0 if site.inputs.get("key_mask") is None else LEAST.get(dtype, 1e-30)
        mixed = kernel_attend(build, (query, key, value), sizes, dtype, self.causal, eps)
        return (join_heads(build, site, mixed, sizes),)

    def _mapped(
        self, build: Builder, tensor: str, weight: str, sizes: Heads, dtype: DType, axes: tuple[int, ...]
    ) -> str:
        """Features [N, heads, T, m] of [N, heads, T, size]; the largest exponent along `axes` is taken off."""
        if self.kernel == "relu":
            projected = build.op("Relu", build.op("MatMul", tensor, weight))
            return build.op("Add", projected, build.scalar(1e-3 if self.eps is None else self.eps, dtype))
        scaled = build.op("Mul", tensor, build.scalar(sizes.key_size**-0.25, dtype))
        projected = build.op("MatMul", scaled, weight)
        squares = build.op("ReduceSumSquare", scaled, build.ints(3), keepdims=1)
        largest = build.op("ReduceMax", projected, build.ints(*axes), keepdims=1)
        taken = build.op("Add", build.op("Mul", squares, build.scalar(0.5, dtype)), largest)
        waves = build.op("Exp", build.op("Sub", projected, taken))
        positive = build.op("Add", waves, build.scalar(1e-6 if self.eps is None else self.eps, dtype))
        return build.op("Mul", positive, build.scalar(self._count(sizes) ** -0.5, dtype))
