"""Sizes for the symbols of a model: what is wrong with them, and dims at them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from specc.analysis.errors import BindingBreaksPromise, BindingNotMultiple, BindingOutOfBounds, UnknownSymbol
from specc.base.diagnostics import Mistake
from specc.ir.graph import Graph
from specc.tensor.dim_text import inequality
from specc.tensor.dims import Dim, Domain, evaluate, substitute, symbols, total
from specc.tensor.types import TensorType


def graph_symbols(graph: Graph) -> tuple[str, ...]:
    """Names of the symbols in the shapes of the inputs, in order of first appearance."""
    dims = (dim for entry in graph.inputs for dim in entry.value.type.shape)
    return tuple(dict.fromkeys(name for dim in dims for name in sorted(symbols(dim))))


def binding_mistakes(graph: Graph, bindings: Mapping[str, int]) -> tuple[Mistake, ...]:
    """Everything wrong with `bindings`: unknown symbols, sizes that the domain rules out."""
    known = graph_symbols(graph)
    found: list[Mistake] = []
    for name, value in bindings.items():
        if name not in known:
            found.append(UnknownSymbol(name, known))
        else:
            found.extend(_domain_mistakes(graph.domain, name, value))
    return tuple(found or _broken_promises(graph.domain, bindings))


def _domain_mistakes(domain: Domain, name: str, value: int) -> Iterator[Mistake]:
    low, high, unit = domain.low.get(name, 1), domain.high.get(name), domain.unit.get(name, 1)
    if value < low or (high is not None and value > high):
        yield BindingOutOfBounds(name, value, low, high)
    elif value % unit:
        yield BindingNotMultiple(name, value, unit)


def _broken_promises(domain: Domain, bindings: Mapping[str, int]) -> Iterator[Mistake]:
    for fact in domain.facts:
        value = evaluate(fact, bindings)
        if value is not None and value < 0:
            names = sorted(symbols(fact))
            yield BindingBreaksPromise(", ".join(f"{name} = {bindings[name]}" for name in names), inequality(fact))


class Binder:
    """Dims and bytes at given sizes; each distinct one is worked out once."""

    def __init__(self, bindings: Mapping[str, int]) -> None:
        self._bindings = dict(bindings)
        self._values: dict[Dim, int | None] = {}
        self._shown: dict[Dim, int | str] = {}
        self._bytes: dict[TensorType, Dim] = {}
        self._known: dict[int, tuple[TensorType, Dim]] = {}
        self._sums: dict[tuple[int, ...], tuple[Sequence[Dim], Dim]] = {}
        self._texts: dict[int, tuple[Dim, str]] = {}

    def bytes(self, type_: TensorType) -> Dim:
        """Bytes of a tensor, in the symbols."""
        found = self._known.get(id(type_))
        if found is not None:
            return found[1]
        if type_ not in self._bytes:
            self._bytes[type_] = type_.size * (type_.dtype.bits // 8)
        self._known[id(type_)] = type_, self._bytes[type_]
        return self._bytes[type_]

    def total(self, dims: Sequence[Dim]) -> Dim:
        """Sum of `dims`, the same object for the same objects."""
        if len(dims) == 1:
            return dims[0]
        key = tuple(map(id, dims))
        found = self._sums.get(key)
        if found is None:
            found = self._sums[key] = dims, total(dims)
        return found[1]

    def text(self, dim: Dim) -> str:
        """The formula in the symbols."""
        found = self._texts.get(id(dim))
        if found is None:
            found = self._texts[id(dim)] = dim, str(dim)
        return found[1]

    def value(self, dim: Dim) -> int | None:
        """The number, None while a symbol in it is free."""
        if isinstance(dim, int):
            return dim
        if dim not in self._values:
            self._values[dim] = evaluate(dim, self._bindings)
        return self._values[dim]

    def shown(self, dim: Dim) -> int | str:
        """The number, or the text of what is left free."""
        if isinstance(dim, int):
            return dim
        if dim not in self._shown:
            bound = substitute(dim, self._bindings)
            self._shown[dim] = bound if isinstance(bound, int) else str(bound)
        return self._shown[dim]
