"""Everything done with symbolic dims; see `poly` for what they are and `proof` for how comparisons are decided."""

from __future__ import annotations

from collections.abc import Mapping

from specc.tensor.poly import (
    Atom,
    Dim,
    Domain,
    Extremum,
    Floor,
    Monomial,
    Poly,
    Symbol,
    atom_dim,
    ceildiv,
    exact_quotient,
    floordiv,
    format_dim,
    grouped,
    product,
    symbol_atoms,
    total,
)
from specc.tensor.proof import never_negative

__all__ = [
    "Atom",
    "Dim",
    "Domain",
    "Extremum",
    "Floor",
    "Monomial",
    "Poly",
    "Symbol",
    "at_least",
    "ceildiv",
    "evaluate",
    "exact_quotient",
    "floordiv",
    "format_dim",
    "grouped",
    "maximum",
    "minimum",
    "product",
    "substitute",
    "symbols",
    "total",
]


def at_least(left: Dim, right: Dim) -> bool:
    """Whether `left >= right` can be proved for every value that the symbols may take."""
    return never_negative(left - right)


def minimum(left: Dim, right: Dim) -> Dim:
    """The smaller of two dims."""
    return _extremum("min", left, right)


def maximum(left: Dim, right: Dim) -> Dim:
    """The larger of two dims."""
    return _extremum("max", left, right)


def _extremum(kind: str, left: Dim, right: Dim) -> Dim:
    from_left = at_least(left, right)
    if from_left or at_least(right, left):
        return left if from_left == (kind == "max") else right
    first, second = sorted((left, right), key=str)
    return atom_dim(Extremum(kind, first, second))


def symbols(dim: Dim) -> frozenset[str]:
    """Names of the symbols that occur in `dim`."""
    return frozenset(symbol.name for symbol in symbol_atoms(dim))


def evaluate(dim: Dim, bindings: Mapping[str, int]) -> int | None:
    """Value of `dim` where `bindings` give every symbol in it, else None."""
    if isinstance(dim, int):
        return dim
    result = 0
    for monomial, coefficient in dim.terms:
        for atom, power in monomial:
            value = _atom_value(atom, bindings)
            if value is None:
                return None
            coefficient *= value**power
        result += coefficient
    return result


def _atom_value(atom: Atom, bindings: Mapping[str, int]) -> int | None:
    if isinstance(atom, Symbol):
        bound = bindings.get(atom.name)
        return None if bound is None else bound // atom.unit
    if isinstance(atom, Floor):
        numerator, divisor = evaluate(atom.numerator, bindings), evaluate(atom.divisor, bindings)
        return None if numerator is None or divisor is None else numerator // divisor
    left, right = evaluate(atom.left, bindings), evaluate(atom.right, bindings)
    if left is None or right is None:
        return None
    return min(left, right) if atom.kind == "min" else max(left, right)


def substitute(dim: Dim, bindings: Mapping[str, Dim]) -> Dim:
    """`dim` with the symbols of `bindings` replaced; a replaced symbol with a unit must divide by it exactly."""
    if isinstance(dim, int):
        return dim
    result: Dim = 0
    for monomial, coefficient in dim.terms:
        term: Dim = coefficient
        for atom, power in monomial:
            value = _substituted(atom, bindings)
            for _ in range(power):
                term = term * value
        result = result + term
    return result


def _substituted(atom: Atom, bindings: Mapping[str, Dim]) -> Dim:
    if isinstance(atom, Symbol):
        if atom.name in bindings:
            return floordiv(bindings[atom.name], atom.unit)
        return atom_dim(atom)
    if isinstance(atom, Floor):
        return floordiv(substitute(atom.numerator, bindings), substitute(atom.divisor, bindings))
    return _extremum(atom.kind, substitute(atom.left, bindings), substitute(atom.right, bindings))
