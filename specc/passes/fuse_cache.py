"""Causal attention behind a cache of keys and values."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node, Value
from specc.layers.attention import Attention
from specc.layers.concat import Concat
from specc.layers.fused.cached_attention import CachedAttention
from specc.passes.common.heads import Apart, joined_after, side_by_side
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class FuseCache(Rewrite):
    """Makes one operator of causal attention whose keys and values are those of the past and, behind them, new ones: it
    reads heads side by side and gives all keys and values for the next run. For targets with the runtime's own
    operators.

    Example:
        y = attention(q, concat(past_k, k, axis=2), concat(past_v, v, axis=2), causal=true)
        y, keys, values = cached_attention(q, k, v, past_k, past_v)
    """

    name: ClassVar[str] = "fuse_cache"
    level: ClassVar[int] = 2
    layers: ClassVar[tuple[str, ...]] = ("attention",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """Causal attention over an axis of heads, with no mask."""
        operation = node.operation
        assert isinstance(operation, Attention)
        operands = [value for value in node.inputs[:3] if value is not None]
        if scene.setting.target == "portable" or node.outputs[0].type.rank != 4 or len(operands) != 3:
            return None
        query, after = side_by_side(operands[0], scene), joined_after(node.outputs[0], scene)
        key, value = (_behind(operand, scene) for operand in operands[1:])
        if query is None or after is None or key is None or value is None:
            return None
        why = _unfit(node, operation)
        if why:
            return Refused((node,), why)
        heads = operands[0].type.shape[1]
        assert isinstance(heads, int)
        made = CachedAttention(heads, operation.scale)
        gone = (*query.nodes, *key[0].nodes, *value[0].nodes, key[2], value[2])

        def edit(scene: Scene) -> None:
            inputs = (query.source, key[0].source, value[0].source, key[1], value[1])
            fresh = scene.made(node, made, inputs, f"{node.path}/cached")
            scene.patch.insert_before(node, fresh)
            old = after[-1].outputs[0], key[2].outputs[0], value[2].outputs[0]
            for before, now in zip(old, fresh.outputs, strict=True):
                scene.patch.replace_uses(before, now)
            scene.patch.remove(node, *after, *gone)

        return Found((node, *after, *gone), edit, "attention with a cache is one operator")


def _behind(value: Value, scene: Scene) -> tuple[Apart, Value, Node] | None:
    """New keys or values, those of the past, and the node that puts the new ones behind them."""
    join = value.producer
    if join is None or not isinstance(join.operation, Concat) or join.operation.axis % 4 != 2 or len(join.inputs) != 2:
        return None
    past, new = join.inputs
    if past is None or new is None or past.type.rank != 4:
        return None
    apart = side_by_side(new, scene)
    return None if apart is None else (apart, past, join)


def _unfit(node: Node, operation: Attention) -> str:
    """Why the operator cannot do what the layer does; empty where it can."""
    query, key = node.inputs[0], node.inputs[1]
    assert query is not None and key is not None
    if query.type.shape[1] != key.type.shape[1]:
        return "queries have more heads than keys"
    if not operation.causal or any(value is not None for value in node.inputs[3:]):
        return "it is not causal, or has a mask"
    if operation.window is not None or operation.softcap is not None or operation.hard:
        return "it has a window, bounded or hard scores"
    return ""
