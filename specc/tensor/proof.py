"""Proofs that a dim is never negative, for every value its symbols may take. Sound, not complete, bounded in time.

First interval arithmetic, then values that refute the claim, then linear programming: the claim holds where it is a
sum of non-negative multiples of things known to be non-negative and of a constant above -1 (dims are integers).
Farkas' lemma makes this complete over the rationals for linear claims; each monomial counts as one unknown.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from specc.base.work import spend
from specc.tensor.constraints import Constraints
from specc.tensor.interval import Intervals, extrema_in
from specc.tensor.poly import (
    Atom,
    Dim,
    Domain,
    Extremum,
    Floor,
    Poly,
    Symbol,
    atom_dim,
    floordiv,
    from_terms,
    symbol_atoms,
    terms_of,
)
from specc.tensor.simplex import cost_below

MAX_CASES = 4


def never_negative(dim: Dim) -> bool:
    """Whether `dim >= 0` is certain."""
    if isinstance(dim, int):
        return dim >= 0
    intervals = Intervals()
    spend(1 + len(dim.terms))
    low, high = intervals.dim(dim)
    if low >= 0 or high < 0:
        return low >= 0
    domain = _domain(dim)
    spend(10 + 25 * len(domain.facts))
    if _refuted(dim, domain):
        return False
    return _by_cases(dim, list(domain.facts), MAX_CASES)


def _domain(dim: Dim) -> Domain:
    return next((symbol.domain for symbol in symbol_atoms(dim)), Domain())


def _refuted(dim: Poly, domain: Domain) -> bool:
    """Whether some allowed values make `dim` negative; only a few are tried."""
    names = sorted({s for d in (dim, *domain.facts) for s in symbol_atoms(d)}, key=lambda s: (s.name, s.unit))
    return any(
        all((_value(fact, sample) or 0) >= 0 for fact in domain.facts) and (_value(dim, sample) or 0) < 0
        for sample in _samples(names)
    )


def _samples(names: list[Symbol]) -> Iterator[dict[Symbol, int]]:
    def clipped(symbol: Symbol, step: int) -> int:
        high = symbol.high
        return symbol.low + step if high is None else min(symbol.low + step, high)

    for step in (0, 1, 2, 10_007):
        yield {symbol: clipped(symbol, step) for symbol in names}
    for chosen in names[:4] if len(names) > 1 else ():
        yield {symbol: clipped(symbol, 10_007 if symbol == chosen else 0) for symbol in names}
        yield {symbol: clipped(symbol, 0 if symbol == chosen else 10_007) for symbol in names}


def _value(dim: Dim, sample: dict[Symbol, int]) -> int | None:
    """Value of `dim`, None where a divisor is not positive."""
    result = 0
    for monomial, coefficient in terms_of(dim):
        for atom, power in monomial:
            value = sample[atom] if isinstance(atom, Symbol) else _pair_value(atom, sample)
            if value is None:
                return None
            coefficient *= value**power
        result += coefficient
    return result


def _pair_value(atom: Floor | Extremum, sample: dict[Symbol, int]) -> int | None:
    first, second = (atom.numerator, atom.divisor) if isinstance(atom, Floor) else (atom.left, atom.right)
    left, right = _value(first, sample), _value(second, sample)
    if left is None or right is None:
        return None
    if isinstance(atom, Extremum):
        return min(left, right) if atom.kind == "min" else max(left, right)
    return left // right if right > 0 else None


def _by_cases(dim: Dim, facts: list[Poly], cases: int) -> bool:
    """Each minimum and maximum is the one side or the other; in either case the claim has to follow."""
    found = extrema_in(dim)
    if not found or not cases:
        return _follows(dim, facts)
    extremum = found[0]
    for chosen, other in ((extremum.left, extremum.right), (extremum.right, extremum.left)):
        ordered = other - chosen if extremum.kind == "min" else chosen - other
        assumed = [_replaced(fact, extremum, chosen) for fact in (*facts, ordered)]
        polys = [fact for fact in assumed if isinstance(fact, Poly)]
        impossible = any(isinstance(fact, int) and fact < 0 for fact in assumed)
        if not impossible and not _by_cases(_replaced(dim, extremum, chosen), polys, cases - 1):
            return False
    return True


def _replaced(dim: Dim, old: Atom, new: Dim) -> Dim:
    """`dim` with an atom replaced, inside other atoms too."""
    result: Dim = 0
    for monomial, coefficient in terms_of(dim):
        term: Dim = coefficient
        for atom, power in monomial:
            value = new if atom == old else _inside(atom, old, new)
            for _ in range(power):
                term = term * value
        result = result + term
    return result


def _inside(atom: Atom, old: Atom, new: Dim) -> Dim:
    if isinstance(atom, Symbol):
        return atom_dim(atom)
    if isinstance(atom, Floor):
        return floordiv(_replaced(atom.numerator, old, new), _replaced(atom.divisor, old, new))
    left, right = _replaced(atom.left, old, new), _replaced(atom.right, old, new)
    if isinstance(left, int) and isinstance(right, int):
        return min(left, right) if atom.kind == "min" else max(left, right)
    return atom_dim(Extremum(atom.kind, left, right))


def _follows(dim: Dim, facts: list[Poly]) -> bool:
    """Whether linear programming finds `dim` to be a non-negative combination of what is known."""
    if isinstance(dim, int):
        return dim >= 0
    target = tightened(dim)
    known = Constraints(target, [tightened(fact) for fact in facts])
    if known.intervals.dim(target)[0] >= 0:
        return True
    columns = [dict(terms_of(constraint)) for constraint in known.constraints]
    wanted = dict(target.terms)
    monomials = {m for column in (*columns, wanted) for m in column if m}
    rows = [[*(column.get(m, 0) for column in columns), wanted.get(m, 0)] for m in monomials]
    return cost_below(rows, [column.get((), 0) for column in columns], wanted.get((), 0) + 1)


def tightened(dim: Poly) -> Poly:
    """A dim that is non-negative for the same integers: without a common factor, the constant rounded down."""
    shared = gcd(*(coefficient for monomial, coefficient in dim.terms if monomial))
    reduced = from_terms({monomial: coefficient // shared for monomial, coefficient in dim.terms})
    assert isinstance(reduced, Poly)
    return reduced
