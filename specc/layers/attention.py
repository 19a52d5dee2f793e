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
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.common.errors_attention import HardSinks
from specc.layers.common.errors_sequence import HeadsDiffer, HeadsDoNotDivide, HeadsDoNotGroup
from specc.layers.common.heads import Heads, Operands, Scoring, attend, from_heads, to_heads
from specc.tensor.types import TensorType

QUERY_KEY_VALUE = (
    Port("query", doc="[N, Tq, heads * size] or [N, heads, Tq, size]"),
    Port("key", optional=True, doc="like the query, which it is by default"),
    Port("value", optional=True, doc="like the key, which it is by default"),
)


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
        query = inputs[0]
        sizes = self._sizes(inputs)
        need_masks(self.name, inputs, sizes, self._pattern())
        if self.hard and inputs.get("sinks") is not None:
            raise Rejected(HardSinks(self.name), Blame([port.name for port in self.ports].index("sinks")))
        if query.rank == 4:
            return (query.with_shape((*query.shape[:3], sizes.value_size)),)
        return (query.with_shape((*query.shape[:2], sizes.heads * sizes.value_size)),)

    def _sizes(self, inputs: Arguments[TensorType]) -> Heads:
        key_port, value_port = key_and_value(inputs)
        query, key, value = inputs[0], inputs[key_port], inputs[value_port]
        FLOATS.need_one(self.name, Arguments(QUERY_KEY_VALUE, inputs.items[:3]))
        need_rank(self.name, query, 3, 4, "[N, T, heads * size] or [N, heads, T, size]")
        for port in (key_port, value_port):
            need_rank(self.name, inputs[port], query.rank, query.rank, "as many as the query", port)
        same_places(self.name, inputs, query.rank - 2)
        heads, size = self._split(query, 0, self.num_heads)
        kv_heads, key_size = self._split(key, key_port, self._kv_heads(key))
        value_heads, value_size = self._split(value, value_port, self._kv_heads(key))
        blames = Blame(0, query.rank - 1), Blame(key_port, query.rank - 1)
        need_equal(self.name, "the sizes of a query and of a key", size, key_size, *blames)
        need_equal(self.name, "the heads of keys and values", kv_heads, value_heads, Blame(key_port), Blame(value_port))
        if heads % kv_heads:
            raise Rejected(HeadsDoNotGroup(heads, kv_heads), Blame(0), Blame(key_port))
        return Heads(query.shape[0], heads, kv_heads, query.shape[-2], key.shape[-2], size, value_size)

    def _kv_heads(self, key: TensorType) -> int:
        """Heads of keys and values that the attributes state; 1 leaves it to a tensor with an axis for them."""
        if self.num_kv_heads is None:
            return 1 if key.rank == 4 else self.num_heads
        return self.num_kv_heads

    def _split(self, tensor: TensorType, port: int, heads: int) -> tuple[int, int]:
        """Number and size of the heads of `tensor`."""
        last = need_number(self.name, tensor, -1, port)
        need_some(self.name, tensor, (tensor.rank - 1,), port)
        if tensor.rank == 4:
            given = need_number(self.name, tensor, 1, port)
            if heads not in (1, given):
                raise Rejected(HeadsDiffer(heads, tensor), Blame(port, 1))
            return given, last
        if last % heads:
            raise Rejected(HeadsDoNotDivide(self.name, heads, last, self.ports[port].name), Blame(port, 2))
        return heads, last // heads

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: N x heads x Tq x Tk x (key size + value size)."""
        return self._sizes(inputs).cost(self._scoring(), is_masked(inputs, self._pattern()))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX MatMul, Softmax, MatMul over heads."""
        sizes = self._sizes(site.types)
        key_port, value_port = key_and_value(site.types)
        query, key, value = site.inputs[0], site.inputs[key_port], site.inputs[value_port]
        apart = site.types[0].rank == 4
        if apart:
            key = build.op("Transpose", key, perm=(0, 1, 3, 2))
        else:
            query = to_heads(build, query, site.types[0].shape, sizes.heads, sizes.key_size)
            key = to_heads(build, key, site.types[key_port].shape, sizes.kv_heads, sizes.key_size, keys=True)
            value = to_heads(build, value, site.types[value_port].shape, sizes.kv_heads, sizes.value_size)
        bias = score_bias(build, site, sizes, self._pattern())
        operands = Operands(query, key, value, bias, site.inputs.get("sinks"))
        mixed = attend(build, operands, sizes, site.types[0].dtype, self._scoring())
        return (mixed if apart else from_heads(build, mixed, sizes),)


def key_and_value(inputs: Arguments[TensorType]) -> tuple[int, int]:
    """Ports at which the keys and the values stand."""
    key = 0 if inputs.get(1) is None else 1
    return key, key if inputs.get(2) is None else 2


def same_places(layer: str, inputs: Arguments[TensorType], places: int) -> None:
    """Reject keys of another batch, and values of another batch or number than the keys (on the axis `places`)."""
    key, value = key_and_value(inputs)
    for port, name in ((key, "keys"), (value, "values")):
        left, right = inputs[0].shape[0], inputs[port].shape[0]
        need_equal(layer, f"the batch of queries and of {name}", left, right, Blame(0, 0), Blame(port, 0))
    left, right = inputs[key].shape[places], inputs[value].shape[places]
    need_equal(layer, "the numbers of keys and values", left, right, Blame(key, places), Blame(value, places))
