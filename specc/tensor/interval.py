"""Interval arithmetic on dims: quick bounds that know nothing of how terms depend on each other."""

from __future__ import annotations

from math import inf
from typing import TypeAlias

from specc.tensor.poly import Atom, Dim, Extremum, Floor, Symbol, terms_of

Bound: TypeAlias = int | float
"""An integer, or plus or minus infinity."""

Interval: TypeAlias = tuple[Bound, Bound]


def _times(left: Bound, right: Bound) -> Bound:
    if left == 0 or right == 0:
        return 0
    if isinstance(left, int) and isinstance(right, int):
        return left * right
    return inf if (left > 0) == (right > 0) else -inf


def _plus(left: Bound, right: Bound) -> Bound:
    if isinstance(left, int) and isinstance(right, int):
        return left + right
    return left if isinstance(left, float) else right


def _floor(left: Bound, right: Bound) -> Bound:
    if isinstance(left, float):
        return left
    if isinstance(right, int):
        return left // right
    return 0 if left >= 0 else -1


def _product(left: Interval, right: Interval) -> Interval:
    corners = [_times(a, b) for a in left for b in right]
    return min(corners), max(corners)


class Intervals:
    """Bounds of dims and atoms, each atom computed once."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: dict[Atom, Interval] = {}

    def dim(self, dim: Dim) -> Interval:
        """Bounds of a dim."""
        low: Bound = 0
        high: Bound = 0
        for monomial, coefficient in terms_of(dim):
            term: Interval = (coefficient, coefficient)
            for atom, power in monomial:
                for _ in range(power):
                    term = _product(term, self.atom(atom))
            low, high = _plus(low, term[0]), _plus(high, term[1])
        return low, high

    def atom(self, atom: Atom) -> Interval:
        """Bounds of an atom."""
        if atom not in self._known:
            self._known[atom] = self._computed(atom)
        return self._known[atom]

    def _computed(self, atom: Atom) -> Interval:
        if isinstance(atom, Symbol):
            high = atom.high
            return atom.low, inf if high is None else high
        if isinstance(atom, Floor):
            return self._quotient(atom)
        left, right = self.dim(atom.left), self.dim(atom.right)
        choose = min if atom.kind == "min" else max
        return choose(left[0], right[0]), choose(left[1], right[1])

    def _quotient(self, atom: Floor) -> Interval:
        low, high = self.dim(atom.numerator)
        least, most = self.dim(atom.divisor)
        if least < 1:
            return -inf, inf
        return _floor(low, most if low >= 0 else least), _floor(high, least if high >= 0 else most)


def extrema_in(dim: Dim) -> list[Extremum]:
    """Minima and maxima that occur in `dim`, inner ones first, each once."""
    found: dict[Extremum, None] = {}
    for monomial, _ in terms_of(dim):
        for atom, _ in monomial:
            if isinstance(atom, Symbol):
                continue
            parts = (atom.numerator, atom.divisor) if isinstance(atom, Floor) else (atom.left, atom.right)
            for part in parts:
                found.update(dict.fromkeys(extrema_in(part)))
            if isinstance(atom, Extremum):
                found[atom] = None
    return list(found)
