"""Bytes that the tensors of one run take at their peak, by liveness over the graph's order.

The inputs stay for the whole run, since they belong to the caller; every other tensor lives from the node that makes it
to the last node that reads it, an output of the model to the end. No two tensors share memory; weights do not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from specc.analysis.bindings import Binder
from specc.base.diagnostics import SpecError
from specc.ir.graph import Graph, Node, Value, Weight
from specc.layers.scan import Scan
from specc.tensor.dims import Atom, Dim, Floor, Monomial, Poly, Symbol, at_least, evaluate, total

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


class Liveness:
    """The run of a graph as the bytes that come to life and die with each step; its peak at any sizes."""

    def __init__(self, graph: Graph) -> None:
        binder = Binder({})
        self._steps = [
            ([binder.bytes(value.type) for value in step.born], [binder.bytes(value.type) for value in step.dead])
            for step in life(graph)
        ]
        try:
            self._sums = _largest_sums(self._steps)
        except SpecError:
            self._sums = None

    def peak(self, sizes: Mapping[str, int]) -> int | None:
        """The most bytes that live at once; None while a size is free."""
        if self._sums is None:
            return self._walked(sizes)
        values = [evaluate(one, sizes) for one in self._sums]
        known = [value for value in values if value is not None]
        return max(known, default=0) if len(known) == len(values) else None

    def _walked(self, sizes: Mapping[str, int]) -> int | None:
        known = {
            size: evaluate(size, sizes) for size in {size for step in self._steps for part in step for size in part}
        }
        if None in known.values():
            return None
        live = peak = 0
        for born, dead in self._steps:
            live += sum(known[size] or 0 for size in born)
            peak = max(peak, live)
            live -= sum(known[size] or 0 for size in dead)
        return peak

    @property
    def formula(self) -> str:
        """The peak in the symbols, empty where it is no short expression."""
        if self._sums is None or len(self._sums) > FORMULA_SIDES:
            return ""
        return str(self._sums[0]) if len(self._sums) == 1 else f"max({', '.join(map(str, self._sums))})"


def life(graph: Graph) -> Iterator[Step]:
    """The run of `graph` in steps, at least one for each node; the inputs come first."""
    yield first_step(graph)
    for steps in node_lives(graph):
        yield from steps


def first_step(graph: Graph) -> Step:
    """The inputs, which live before any node runs."""
    return Step(tuple(entry.value for entry in graph.inputs), ())


def node_lives(graph: Graph) -> Iterator[tuple[Step, ...]]:
    """The steps of each node: one, or for a scan those of its body, too."""
    last = _last_reads(graph)
    for index, node in enumerate(graph.nodes):
        touched = {id(value): value for value in (*node.inputs, *node.weights.values(), *node.outputs) if value}
        dead = tuple(v for key, v in touched.items() if last.get(key, index) == index and _is_made(v))
        if isinstance(node.operation, Scan):
            yield (Step(node.outputs, ()), *_body_life(node.operation), Step((), dead))
        else:
            yield (Step(node.outputs, dead),)


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


def _largest_sums(steps: Iterable[tuple[list[Dim], list[Dim]]]) -> list[Dim] | None:
    """Sums of live bytes one of which is the peak at any sizes, without those that another one covers; None where they
    are many."""
    live: dict[Monomial, int] = {}
    frontier: list[dict[Monomial, int]] = []
    signs = _Signs()
    for born, dead in steps:
        _add(live, born, 1)
        if born and not any(_covers(other, live, signs.positive) for other in frontier):
            frontier = [other for other in frontier if not _covers(live, other, signs.positive)] + [dict(live)]
        if len(frontier) > CANDIDATES:
            return None
        _add(live, dead, -1)
    return [total(_term(*term) for term in terms.items()) for terms in frontier]


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
