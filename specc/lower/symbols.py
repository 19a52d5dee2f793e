"""Which dim of which input tells the value of a symbol at run time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from specc.base.diagnostics import fail
from specc.ir.graph import Graph, GraphInput
from specc.lower.errors import SizeUnknownAtRunTime
from specc.tensor.dims import Dim, Poly, Symbol, symbols

SymbolSource: TypeAlias = tuple[str, int, Dim, Dim]
"""Input, axis, divisor, offset: (size - offset) / divisor is the symbol divided by its unit."""


@dataclass(frozen=True, slots=True)
class _Place:
    entry: GraphInput
    axis: int
    dim: Poly


class SymbolSources(dict[str, SymbolSource]):
    """Sources by symbol; asking for a symbol that no input tells raises `SpecError`."""

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self._places = tuple(_places(graph))
        while self._solve_one():
            pass

    def __missing__(self, symbol: str) -> SymbolSource:
        found = [place for place in self._places if symbol in symbols(place.dim)]
        span = found[0].entry.value.span if found else None
        raise fail(SizeUnknownAtRunTime(symbol, tuple(dict.fromkeys(str(place.dim) for place in found))), span)

    def _solve_one(self) -> bool:
        for place in self._places:
            unknown = symbols(place.dim) - self.keys()
            if len(unknown) != 1:
                continue
            (symbol,) = unknown
            solved = _linear(place.dim, symbol)
            if solved is not None:
                self[symbol] = (place.entry.value.name, place.axis, *solved)
                return True
        return False


def symbol_sources(graph: Graph) -> SymbolSources:
    """Where the value of each symbol of `graph` is found; required inputs and dims that are one symbol come first."""
    return SymbolSources(graph)


def _places(graph: Graph) -> Iterator[_Place]:
    made = [
        _Place(entry, axis, dim)
        for entry in graph.inputs
        for axis, dim in enumerate(entry.value.type.shape)
        if isinstance(dim, Poly) and (entry.default is None or len(symbols(dim)) == 1)
    ]
    yield from sorted(made, key=lambda place: (place.entry.default is not None, not _alone(place.dim)))


def _alone(dim: Poly) -> bool:
    return len(dim.terms) == 1 and len(symbols(dim)) == 1


def _linear(dim: Poly, symbol: str) -> tuple[Dim, Dim] | None:
    """`dim` as divisor x atom + offset, where the atom is `symbol` divided by its unit; None where it is not linear."""
    divisor: Dim = 0
    offset: Dim = 0
    for monomial, coefficient in dim.terms:
        rest: Dim = coefficient
        linear = False
        for atom, power in monomial:
            if isinstance(atom, Symbol) and atom.name == symbol:
                if power > 1:
                    return None
                linear = True
                continue
            factor: Dim = Poly(((((atom, 1),), 1),))
            if symbol in symbols(factor):
                return None
            rest = rest * factor**power if isinstance(factor, Poly) else rest
        divisor, offset = (divisor + rest, offset) if linear else (divisor, offset + rest)
    return None if divisor == 0 else (divisor, offset)
