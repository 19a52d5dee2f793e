"""Scaled dot-product attention without weights."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attention_mask import MASKS, SINKS, Pattern, is_masked, need_masks, score_bias
from specc.layers.common.attributes import (
    BOOL,
    FLOAT,
    NON_NEGATIVE,
    POSITIVE,
    POSITIVE_NUMBER,
    attribute,
    layer,
    optional,
)
from specc.layers.common.axes import need_some
from specc.layers.common.errors_attention import HardSinks
from specc.layers.common.heads import Heads, Operands, Scoring, attend
from specc.layers.common.query_key_value import (
    QUERY_KEY_VALUE,
    join_heads,
    key_and_value,
    mixed_type,
    need_heads,
    split_heads,
)
from specc.tensor.dims import Dim, product
from specc.tensor.types import TensorType


@layer
class Attention(Operation):
    """Scaled dot-product attention without weights, over heads side by side in the last dim or on an axis of their own.

    With fewer heads of keys and values, each serves several heads of queries. Query i stands at the key
    p = i + (Tk - Tq): `causal` shows it the keys up to p, `window` those nearer to p than that, and `sink_tokens` as
    many first keys beside the window. A query that may see no key at all takes the mean of the values, or nothing
    where there are `sinks`, and of `hard` attention the first value.

    Formula: y = softmax(s + score_bias + mask) v, s = scale * q k^T; softcap: s = cap * tanh(scale * q k^T / cap);
        sinks: exp(sink) is added to the divisor of the softmax; hard: 1 for the largest score in place of the softmax
    Source: Vaswani et al. 2017; torch.nn.functional.scaled_dot_product_attention; window: Beltagy et al. 2020, Jiang et
        al. 2023; sink_tokens: Xiao et al. 2023; sinks: OpenAI 2025 (gpt-oss); softcap: Gemma Team 2024; hard: Xu et al.
        2015
    Example:
        input q: float32[N, T, 256]
        input memory: float32[N, S, 256]
        y = attention(q, memory, num_heads=4)
    """

    name: ClassVar[str] = "attention"
    ports: ClassVar[tuple[Port, ...]] = (*QUERY_KEY_VALUE, *MASKS, SINKS)

    num_heads: int = attribute(POSITIVE, "heads of the queries", default=1)
    num_kv_heads: int | None = attribute(optional(POSITIVE), "heads of keys and values", default=None)
    causal: bool = attribute(BOOL, "whether queries see no keys after their own place", default=False)
    scale: float | None = attribute(optional(FLOAT), "factor of the scores, 1 / sqrt(size) by default", default=None)
    window: int | None = attribute(
        optional(POSITIVE),
        "keys that a query sees up to its own; if not causal, as many from its own on",
        default=None,
    )
    sink_tokens: int = attribute(NON_NEGATIVE, "first keys that are seen beside the window", default=0)
    softcap: float | None = attribute(optional(POSITIVE_NUMBER), "bound that tanh keeps scores within", default=None)
    hard: bool = attribute(BOOL, "whether the first key with the largest score takes all", default=False)

    def _pattern(self) -> Pattern:
        return Pattern(self.causal, self.window, self.sink_tokens)

    def _scoring(self) -> Scoring:
        return Scoring(self.scale, self.softcap, self.hard)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, Tq, heads * value size] or [N, heads, Tq, value size]."""
        sizes = self._sizes(inputs)
        need_masks(self.name, inputs, sizes, self._pattern())
        if self.hard:
            self._need_hard(inputs)
        return (mixed_type(inputs[0], sizes),)

    def _need_hard(self, inputs: Arguments[TensorType]) -> None:
        """Reject sinks, and keys of which there may be none."""
        if inputs.get("sinks") is not None:
            raise Rejected(HardSinks(self.name), Blame([port.name for port in self.ports].index("sinks")))
        port = key_and_value(inputs)[0]
        need_some(self.name, inputs[port], (inputs[port].rank - 2,), port)

    def _sizes(self, inputs: Arguments[TensorType]) -> Heads:
        return need_heads(self.name, inputs, self.num_heads, self.num_kv_heads)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: N x heads x Tq x Tk x (key size + value size)."""
        return self._sizes(inputs).cost(self._scoring(), is_masked(inputs, self._pattern()))

    def kept_inside(self, inputs: Arguments[TensorType]) -> Dim:
        """The probabilities, N x heads x Tq x Tk."""
        return product(self._sizes(inputs).scores)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX MatMul, Softmax, MatMul over heads."""
        sizes = self._sizes(site.types)
        query, key, value = split_heads(build, site, sizes, turned=True)
        bias = score_bias(build, site, sizes, self._pattern())
        operands = Operands(query, key, value, bias, site.inputs.get("sinks"))
        mixed = attend(build, operands, sizes, site.types[0].dtype, self._scoring())
        return (join_heads(build, site, mixed, sizes),)
