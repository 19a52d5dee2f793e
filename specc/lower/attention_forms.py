"""Attention layers as one operator of the runtime's own domain."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.ir.operation import Operation
from specc.layers.attention import Attention
from specc.layers.common.attention_mask import Pattern
from specc.layers.common.query_key_value import key_and_value, need_heads
from specc.layers.fused.contrib_attention import multi_head, packed, seen_of
from specc.layers.multihead_attention import MultiheadAttention


def attention(operation: Operation, build: Builder, site: Site) -> tuple[str, ...] | None:
    """`MultiHeadAttention` for attention with as many heads of keys as of queries, heads side by side."""
    assert isinstance(operation, Attention)
    sizes = need_heads(operation.name, site.types, operation.num_heads, operation.num_kv_heads)
    plain = operation.softcap is None and not operation.hard and site.inputs.get("sinks") is None
    if not plain or site.types[0].rank != 3 or sizes.heads != sizes.kv_heads:
        return None
    seen = seen_of(build, site, sizes, Pattern(operation.causal, operation.window, operation.sink_tokens))
    if seen is None:
        return None
    key, value = key_and_value(site.types)
    operands = site.inputs[0], site.inputs[key], site.inputs[value]
    return multi_head(build, operands, sizes, (operation.scale, site.types[0].dtype), seen)


def multihead_attention(operation: Operation, build: Builder, site: Site) -> tuple[str, ...] | None:
    """`Attention` with its projections for self-attention, and the last projection."""
    assert isinstance(operation, MultiheadAttention)
    if not operation.is_plain(site.types) or not build.root().with_weights:
        return None
    sizes, pattern = operation.heads(site.types), operation.pattern()
    seen = seen_of(build, site, sizes, pattern)
    if seen is None or "in_proj_weight" not in site.stored:
        return None
    weight, bias = operation.packed_weights(build, site)
    mixed = packed(build, (site.inputs[0], weight, bias), sizes, (operation.scale, site.types[0].dtype), seen)
    return (operation.project_out(build, site, mixed),)
