"""Heads of attention laid apart, [N, heads, T, size], from side by side, [N, T, heads * size], and joined again."""

from __future__ import annotations

from dataclasses import dataclass

from specc.ir.graph import Node, Value
from specc.passes.common.permutations import permutation
from specc.passes.rewrite import Scene


@dataclass(frozen=True, slots=True)
class Apart:
    """The tensor with heads side by side, and the nodes that lay them apart, which nothing else needs."""

    source: Value
    nodes: tuple[Node, ...]


def side_by_side(value: Value, scene: Scene) -> Apart | None:
    """Where `value` [N, heads, T, size] comes from, if a reshape and a swap of [N, T, heads * size] make it."""
    swap = value.producer
    if swap is None or scene.only_reader(value) is None or not _swaps(swap):
        return None
    between = swap.inputs[0]
    shape = None if between is None else between.producer
    if between is None or shape is None or shape.operation.name != "reshape" or scene.only_reader(between) is not swap:
        return None
    source = shape.inputs[0]
    if source is None or source.type.rank != 3 or source.type.shape[:2] != between.type.shape[:2]:
        return None
    return Apart(source, (swap, shape))


def joined_after(value: Value, scene: Scene) -> tuple[Node, Node] | None:
    """The swap and the reshape that make [N, T, heads * size] of `value` [N, heads, T, size]."""
    swap = scene.only_reader(value)
    if swap is None or not _swaps(swap):
        return None
    shape = scene.only_reader(swap.outputs[0])
    if shape is None or shape.operation.name not in ("reshape", "flatten"):
        return None
    before, after = swap.outputs[0].type.shape, shape.outputs[0].type.shape
    return (swap, shape) if len(after) == 3 and after[:2] == before[:2] else None


def _swaps(node: Node) -> bool:
    """Whether a node exchanges the second and the third of four axes."""
    return permutation(node) == (0, 2, 1, 3)
