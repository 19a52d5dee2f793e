"""Causal attention to keys and values of earlier runs and of this one."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attention_mask import Pattern
from specc.layers.common.attributes import FLOAT, POSITIVE, attribute, layer, optional
from specc.layers.common.checks import need_number
from specc.layers.common.heads import Heads, Scoring
from specc.layers.fused.contrib_attention import Seen, multi_head
from specc.tensor.types import TensorType


@layer
class CachedAttention(Operation):
    """Attention of new queries to keys and values of the past and to new ones, which follow; it gives all of them, too.

    Formula: y = softmax(q [k_past, k]^T / sqrt(size)) [v_past, v] for each head, query i seeing keys up to P + i
    Source: Vaswani et al. 2017; onnxruntime's MultiHeadAttention
    """

    name: ClassVar[str] = "cached_attention"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("query", doc="[N, T, heads * size]"),
        Port("key", doc="[N, T, heads * size]"),
        Port("value", doc="[N, T, heads * size]"),
        Port("past_key", doc="[N, heads, P, size]"),
        Port("past_value", doc="[N, heads, P, size]"),
    )
    primary: ClassVar[bool] = True

    num_heads: int = attribute(POSITIVE, "number of heads")
    scale: float | None = attribute(optional(FLOAT), "factor of the scores", default=None)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, T, heads * size], and keys and values [N, heads, P + T, size]."""
        sizes = self._heads(inputs)
        whole = tuple(
            past.with_shape((sizes.batch, self.num_heads, sizes.keys, past.shape[3]))
            for past in (inputs["past_key"], inputs["past_value"])
        )
        return (inputs[0].with_shape((*inputs[0].shape[:2], self.num_heads * sizes.value_size)), *whole)

    def _heads(self, inputs: Arguments[TensorType]) -> Heads:
        query, key, value = (need_number(self.name, inputs[port], 2, port) for port in range(3))
        assert query == key
        keys = inputs["past_key"].shape[2] + inputs[1].shape[1]
        sizes = query // self.num_heads, value // self.num_heads
        return Heads(inputs[0].shape[0], self.num_heads, self.num_heads, inputs[0].shape[1], keys, *sizes)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: N x heads x T x (P + T) x 2 size."""
        return self._heads(inputs).cost(Scoring(self.scale), Pattern(True, None, 0).hides)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """`MultiHeadAttention` of the runtime's own domain."""
        query, key, value, past_key, past_value = site.inputs
        choice = self.scale, site.types[0].dtype
        seen, past = Seen(True, None, None), (past_key, past_value)
        return multi_head(build, (query, key, value), self._heads(site.types), choice, seen, past)
