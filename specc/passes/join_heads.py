"""Attention whose heads are laid apart and joined again around it."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc.ir.graph import Node, Value
from specc.layers.attention import Attention
from specc.passes.common.heads import joined_after, side_by_side
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class JoinHeads(Rewrite):
    """Lets attention read heads side by side, where a reshape and a swap lay each of queries, keys and values apart and
    another two join the result: the layer can do so itself, and targets have one operator for that.

    Example:
        q, k, v = [part -> reshape([n, t, 8, 64]) -> swap(1, 2) for part in (a, b, c)]
        y = attention(q, k, v) -> swap(1, 2) -> reshape([n, t, 512])
        y = attention(a, b, c, num_heads=8)
    """

    name: ClassVar[str] = "join_heads"
    layers: ClassVar[tuple[str, ...]] = ("attention",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """Attention over an axis of heads, all of whose operands and whose result are laid out so."""
        operation = node.operation
        assert isinstance(operation, Attention)
        operands = [value for value in node.inputs[:3] if value is not None]
        if node.outputs[0].type.rank != 4 or len(operands) != 3:
            return None
        apart = [side_by_side(value, scene) for value in operands]
        after = joined_after(node.outputs[0], scene)
        if after is None or apart[0] is None:
            return None
        if apart[1] is None or apart[2] is None:
            return Refused((node,), "its keys or values are not laid out like its queries")
        sources: list[Value] = [part.source for part in apart if part is not None]
        parts = tuple(dict.fromkeys(each for part in apart if part is not None for each in part.nodes))
        heads, kv_heads = operands[0].type.shape[1], operands[1].type.shape[1]
        assert isinstance(heads, int) and isinstance(kv_heads, int)
        made = replace(operation, num_heads=heads, num_kv_heads=None if kv_heads == heads else kv_heads)

        def edit(scene: Scene) -> None:
            fresh = scene.renewed(node, made, (*sources, *node.inputs[3:]))
            scene.patch.insert_before(node, fresh)
            scene.patch.replace_uses(after[-1].outputs[0], fresh.outputs[0])
            scene.patch.remove(node, *after, *parts)

        return Found((node, *after, *parts), edit, "heads are read side by side")
