"""Bytes that the tensors of one run take at their peak, by liveness over the graph's order.

The inputs stay for the whole run, since they belong to the caller; every other tensor lives from the node that makes it
to the last node that reads it, an output of the model to the end. No two tensors share memory; weights do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from specc.analysis.bindings import Binder
from specc.base.diagnostics import SpecError
from specc.ir.graph import Graph, Node, Value, Weight
from specc.layers.scan import Scan
from specc.tensor.dims import Atom, Dim, Floor, Monomial, Poly, Symbol, at_least, total

FORMULA_SIDES = 4
CANDIDATES = 16


@dataclass(frozen=True, slots=True)
class Memory:
    """`peak` bytes where every symbol is bound; `formula` is empty where the peak is no short expression."""

    peak: int | None
    formula: str


@dataclass(frozen=True, slots=True)
class Step:
    """Tensors that come to life before a moment of the run, and those that are dead after it."""

    born: tuple[Value, ...]
    dead: tuple[Value, ...]


def activation_memory(graph: Graph, binder: Binder) -> Memory:
    """Peak of `graph` at the sizes of `binder`."""
    steps = tuple(life(graph))
    try:
        formula = _peak_formula(steps, binder)
    except SpecError:
        formula = ""
    return Memory(_peak_value(steps, binder), formula)


def peak_bytes(graph: Graph, binder: Binder) -> int | None:
    """The peak alone; None while a size is free."""
    return _peak_value(life(graph), binder)


def life(graph: Graph) -> Iterator[Step]:
    """The run of `graph` in steps, one for each node; the inputs come first."""
    yield Step(tuple(entry.value for entry in graph.inputs), ())
    last = _last_reads(graph)
    for index, node in enumerate(graph.nodes):
        touched = {id(value): value for value in (*node.inputs, *node.weights.values(), *node.outputs) if value}
        dead = tuple(v for key, v in touched.items() if last.get(key, index) == index and _is_made(v))
        if isinstance(node.operation, Scan):
            yield Step(node.outputs, ())
            yield from _body_life(node.operation)
            yield Step((), dead)
        else:
            yield Step(node.outputs, dead)


def _body_life(scan: Scan) -> Iterator[Step]:
    """One round of the body, after which all that it made is dead."""
    first, *rest = life(scan.body)
    own = first.born[: scan.states + scan.sequences]
    made = [value for step in rest for value in step.born]
    gone = {id(value) for step in rest for value in step.dead}
    yield Step(own, ())
    yield from rest
    yield Step((), (*own, *(value for value in made if id(value) not in gone)))


def _is_made(value: Value) -> bool:
    return value.producer is not None and not isinstance(value, Weight)


def _last_reads(graph: Graph) -> dict[int, int]:
    """Index of the last node that reads each value; one beyond the last for outputs of the model."""
    last: dict[int, int] = {}
    for index, node in enumerate(graph.nodes):
        for value in _reads(node):
            last[id(value)] = index
    for entry in graph.outputs:
        last[id(entry.value)] = len(graph.nodes)
    return last


def _reads(node: Node) -> Iterator[Value]:
    yield from (value for value in node.inputs if value is not None)
    yield from node.weights.values()


def _peak_value(steps: Iterable[Step], binder: Binder) -> int | None:
    live = peak = 0
    for step in steps:
        for value in step.born:
            size = binder.value(binder.bytes(value.type))
            if size is None:
                return None
            live += size
        peak = max(peak, live)
        live -= sum(binder.value(binder.bytes(value.type)) or 0 for value in step.dead)
    return peak


def _peak_formula(steps: Iterable[Step], binder: Binder) -> str:
    """The largest of the sums of live bytes, those left out that another one covers."""
    live: dict[Monomial, int] = {}
    frontier: list[dict[Monomial, int]] = []
    signs = _Signs()
    for step in steps:
        _add(live, (binder.bytes(value.type) for value in step.born), 1)
        if step.born and not any(_covers(other, live, signs.positive) for other in frontier):
            frontier = [other for other in frontier if not _covers(live, other, signs.positive)] + [dict(live)]
        if len(frontier) > CANDIDATES:
            return ""
        _add(live, (binder.bytes(value.type) for value in step.dead), -1)
    sums = [total(_term(*term) for term in terms.items()) for terms in frontier]
    if len(sums) > FORMULA_SIDES:
        return ""
    return str(sums[0]) if len(sums) == 1 else f"max({', '.join(map(str, sums))})"


def _add(live: dict[Monomial, int], sizes: Iterable[Dim], sign: int) -> None:
    for size in sizes:
        for monomial, coefficient in size.terms if isinstance(size, Poly) else (((), size),):
            live[monomial] = live.get(monomial, 0) + sign * coefficient


def _term(monomial: Monomial, coefficient: int) -> Dim:
    if not coefficient:
        return 0
    return Poly(((monomial, coefficient),)) if monomial else coefficient


def _covers(large: dict[Monomial, int], small: dict[Monomial, int], positive: Callable[[Monomial], bool]) -> bool:
    """Whether `large - small` is a sum of products that are never negative. Quick, where a proof may be slow."""
    for monomial in large.keys() | small.keys():
        difference = large.get(monomial, 0) - small.get(monomial, 0)
        if difference < 0 or (difference and not positive(monomial)):
            return False
    return True


class _Signs:
    """Which products are never negative; each is worked out once."""

    def __init__(self) -> None:
        self._known: dict[Monomial, bool] = {}

    def positive(self, monomial: Monomial) -> bool:
        """Whether no factor can be negative."""
        if monomial not in self._known:
            self._known[monomial] = all(_never_negative(atom) for atom, _ in monomial)
        return self._known[monomial]


def _never_negative(atom: Atom) -> bool:
    if isinstance(atom, Symbol):
        return True
    return isinstance(atom, Floor) and at_least(atom.numerator, 0)
