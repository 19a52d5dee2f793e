"""Tensors through which everything passes, and which hold much less than the one before."""

from __future__ import annotations

from collections.abc import Iterator

from specc.analysis.advice.advice import Advice, Facts
from specc.ir.graph import Graph, Node, Value, Weight

SHRINKING = 4


def representation(facts: Facts) -> Iterator[Advice]:
    """A step from one such tensor to the next that loses more than it should; heads after a global pooling are fine."""
    before: Value | None = None
    for node, value in _cuts(facts.graph):
        if before is not None and _is_map(facts, before) and _is_map(facts, value):
            old, new = facts.binder.value(before.type.size), facts.binder.value(value.type.size)
            if old is not None and new is not None and old >= SHRINKING * new > 0:
                yield Advice(
                    "representational bottleneck",
                    node.path,
                    f"everything passes through {new:,} elements, {old / new:.1f} times fewer than before it",
                    "widen before it shrinks, or shrink by a convolution and a pooling side by side, joined",
                    "Szegedy et al. 2015, arXiv:1512.00567, section 2 (1) and figures 9 and 10",
                )
        before = value


def _is_map(facts: Facts, value: Value) -> bool:
    """Whether it has several positions."""
    sizes = [facts.binder.value(dim) for dim in value.type.shape[2:]]
    return value.type.rank >= 4 and all(size is not None and size > 1 for size in sizes)


def _cuts(graph: Graph) -> Iterator[tuple[Node, Value]]:
    """Tensors that are alone alive after a node, in order."""
    last: dict[int, int] = {}
    for index, node in enumerate(graph.nodes):
        for value in node.inputs:
            if value is not None and not isinstance(value, Weight):
                last[id(value)] = index
    for entry in graph.outputs:
        last[id(entry.value)] = len(graph.nodes)
    live = {id(entry.value) for entry in graph.inputs if id(entry.value) in last}
    for index, node in enumerate(graph.nodes):
        live -= {id(value) for value in node.inputs if value is not None and last.get(id(value)) == index}
        live |= {id(value) for value in node.outputs if id(value) in last}
        if len(live) == 1:
            (kept,) = live
            found = next((value for value in node.outputs if id(value) == kept), None)
            if found is not None:
                yield node, found
