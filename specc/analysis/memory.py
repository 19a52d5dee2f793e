"""Bytes that the tensors of one run take at their peak, by liveness over the graph's order.

The inputs stay for the whole run, since they belong to the caller; every other tensor lives from the node that makes it
to the last node that reads it, an output of the model to the end. No two tensors share memory; weights do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.analysis.bindings import Binder
from specc.ir.graph import Graph, Node, Value, Weight
from specc.layers.scan import Scan
from specc.tensor.dims import Atom, Dim, Floor, Symbol, at_least, total

FORMULA_SIDES = 4


@dataclass(frozen=True, slots=True)
class Memory:
    """`peak` bytes where every symbol is bound; `formula` is empty where the peak is no short expression."""

    peak: int | None
    formula: str


def activation_memory(graph: Graph, binder: Binder) -> Memory:
    """Peak of `graph` at the sizes of `binder`."""
    sizes = list(dict.fromkeys(live_sizes(graph)))
    values = [binder.value(size) for size in sizes]
    known = [value for value in values if value is not None]
    peak = max(known, default=0) if len(known) == len(values) else None
    return Memory(peak, _formula(sizes))


def live_sizes(graph: Graph) -> Iterator[Dim]:
    """Bytes alive while each node runs."""
    return _live_sizes(graph, total(_bytes(entry.value) for entry in graph.inputs))


def _live_sizes(graph: Graph, live: Dim) -> Iterator[Dim]:
    last = _last_reads(graph)
    yield live
    for index, node in enumerate(graph.nodes):
        live = total([live, *(_bytes(value) for value in node.outputs)])
        yield from _while_running(node, live)
        touched = {id(value): value for value in (*node.inputs, *node.weights.values(), *node.outputs) if value}
        dead = [value for key, value in touched.items() if last.get(key, index) == index and _is_made(value)]
        live = total([live, *(-_bytes(value) for value in dead)])


def _while_running(node: Node, live: Dim) -> Iterator[Dim]:
    """`live`, and for a scan what one step of its body needs beside."""
    if not isinstance(node.operation, Scan):
        yield live
        return
    scan = node.operation
    own = scan.body.inputs[: scan.states + scan.sequences]
    yield from _live_sizes(scan.body, total([live, *(_bytes(entry.value) for entry in own)]))


def _is_made(value: Value) -> bool:
    return value.producer is not None and not isinstance(value, Weight)


def _last_reads(graph: Graph) -> dict[int, int]:
    """Index of the last node that reads each value; one beyond the last for outputs of the model."""
    last: dict[int, int] = {}
    for index, node in enumerate(graph.nodes):
        for value in (*node.inputs, *node.weights.values()):
            if value is not None:
                last[id(value)] = index
    for entry in graph.outputs:
        last[id(entry.value)] = len(graph.nodes)
    return last


def _bytes(value: Value) -> Dim:
    return value.type.size * (value.type.dtype.bits // 8)


def _formula(sizes: list[Dim]) -> str:
    """The largest of `sizes`, those left out that another one exceeds in every coefficient."""
    frontier: list[Dim] = []
    for size in sizes:
        if any(_covers(other, size) for other in frontier):
            continue
        frontier = [other for other in frontier if not _covers(size, other)] + [size]
        if len(frontier) > 4 * FORMULA_SIDES:
            return ""
    if len(frontier) > FORMULA_SIDES:
        return ""
    return str(frontier[0]) if len(frontier) == 1 else f"max({', '.join(map(str, frontier))})"


def _covers(large: Dim, small: Dim) -> bool:
    """Whether `large - small` is a sum of products that are never negative. Quick, where a proof may be slow."""
    difference = large - small
    if isinstance(difference, int):
        return difference >= 0
    return all(c >= 0 and all(_never_negative(atom) for atom, _ in monomial) for monomial, c in difference.terms)


def _never_negative(atom: Atom) -> bool:
    if isinstance(atom, Symbol):
        return True
    return isinstance(atom, Floor) and at_least(atom.numerator, 0)
