"""Attention as operators of the runtime's own domain."""

from __future__ import annotations

from math import sqrt

from specc.ir.builder import Builder, Site
from specc.ir.operation import Operation
from specc.ir.operators import Attribute
from specc.layers.attention import Attention
from specc.layers.common.attention_mask import Pattern, score_bias
from specc.layers.common.heads import Heads
from specc.layers.common.query_key_value import key_and_value, need_heads
from specc.tensor.dims import Dim

CONTRIB = "com.microsoft"


def multi_head(operation: Operation, build: Builder, site: Site) -> tuple[str, ...] | None:
    """`MultiHeadAttention` for attention with as many heads of keys as of queries, heads side by side."""
    assert isinstance(operation, Attention)
    sizes = need_heads(operation.name, site.types, operation.num_heads, operation.num_kv_heads)
    plain = operation.softcap is None and not operation.hard and site.inputs.get("sinks") is None
    if not plain or site.types[0].rank != 3 or sizes.heads != sizes.kv_heads:
        return None
    key, value = key_and_value(site.types)
    alone = operation.causal and operation.window is None and sizes.keys == sizes.queries
    causal = alone and all(site.inputs.get(name) is None for name in ("mask", "key_mask", "score_bias"))
    pattern = Pattern(operation.causal and not causal, operation.window, operation.sink_tokens)
    bias = full_bias(build, site, sizes, score_bias(build, site, sizes, pattern))
    attributes: dict[str, Attribute] = {"num_heads": sizes.heads}
    if causal:
        attributes["unidirectional"] = 1
    if operation.scale is not None and operation.scale != 1 / sqrt(sizes.key_size):
        attributes["scale"] = operation.scale
    inputs = (site.inputs[0], site.inputs[key], site.inputs[value], None, None, bias)
    return build.ops("MultiHeadAttention", inputs, 1, CONTRIB, attributes)


def full_bias(build: Builder, site: Site, sizes: Heads, bias: str | None) -> str | None:
    """`bias` as [1 or N, 1 or heads, Tq, Tk]."""
    if bias is None:
        return None
    shape: tuple[Dim, ...] = (1, 1, sizes.queries, sizes.keys)
    return build.op("Expand", bias, build.shape(shape))
