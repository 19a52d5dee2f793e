"""Symbolic dims: integers, or exact polynomials over symbols with floor division, minimum and maximum as further atoms.

A polynomial is kept in one normal form, so that equal dims compare equal: `(H - 1)//2 + 1` is `(H + 1)//2`. Constants
are always plain integers. All arithmetic is on Python integers and never overflows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from math import gcd
from typing import TypeAlias, Union

from specc.base.diagnostics import fail
from specc.base.work import allowed, spend
from specc.tensor.errors import SizeTooComplex

QUOTIENT_STEPS = 15


@dataclass(slots=True, eq=False)
class Domain:
    """What is promised of a model's symbols: bounds by name, and polynomials that are never negative."""

    low: dict[str, int] = field(default_factory=dict)
    high: dict[str, int] = field(default_factory=dict)
    unit: dict[str, int] = field(default_factory=dict)
    facts: list[Poly] = field(default_factory=list)

    def symbol(self, name: str) -> Poly:
        """The dim called `name`. Where it is promised to divide by a unit, it is the unit times an atom."""
        unit = self.unit.get(name, 1)
        return Poly(((((Symbol(name, unit, self), 1),), unit),))


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named size divided by its `unit` (which divides it exactly); at least 1 unless the domain says otherwise."""

    name: str
    unit: int
    domain: Domain = field(compare=False, repr=False)

    def key(self) -> str:
        """Sort key."""
        return self.name

    @property
    def weight(self) -> int:
        """Number of parts."""
        return 1

    @property
    def low(self) -> int:
        """The least value of the atom."""
        return -(-self.domain.low.get(self.name, 1) // self.unit)

    @property
    def high(self) -> int | None:
        """The largest value of the atom, None where there is no bound."""
        high = self.domain.high.get(self.name)
        return None if high is None else high // self.unit


@dataclass(frozen=True, slots=True)
class Floor:
    """`numerator // divisor`, neither reducible."""

    numerator: Dim
    divisor: Dim
    text: str = field(init=False, compare=False, repr=False)
    weight: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Compute the text and the number of parts once."""
        object.__setattr__(self, "weight", _atom_weight(self.numerator, self.divisor))
        object.__setattr__(self, "text", _floor_text(self.numerator, self.divisor))

    def key(self) -> str:
        """Sort key, after every symbol."""
        return f"~{self.text}"

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Extremum:
    """`min(a, b)` or `max(a, b)`, where neither side is known to win."""

    kind: str
    left: Dim
    right: Dim
    text: str = field(init=False, compare=False, repr=False)
    weight: int = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Compute the text and the number of parts once."""
        object.__setattr__(self, "weight", _atom_weight(self.left, self.right))
        object.__setattr__(self, "text", f"{self.kind}({self.left}, {self.right})")

    def key(self) -> str:
        """Sort key, after every symbol."""
        return f"~{self.text}"

    def __str__(self) -> str:
        return self.text


Atom: TypeAlias = Union[Symbol, Floor, Extremum]
Monomial: TypeAlias = tuple[tuple[Atom, int], ...]


@dataclass(frozen=True, slots=True)
class Poly:
    """A polynomial that is not a constant: monomials and their coefficients, sorted."""

    terms: tuple[tuple[Monomial, int], ...]

    def __add__(self, other: Dim) -> Dim:
        spend(2 + 2 * len(self.terms))
        total = dict(self.terms)
        for monomial, coefficient in terms_of(other):
            total[monomial] = total.get(monomial, 0) + coefficient
        return from_terms(total)

    __radd__ = __add__

    def __neg__(self) -> Poly:
        return Poly(tuple((monomial, -coefficient) for monomial, coefficient in self.terms))

    def __sub__(self, other: Dim) -> Dim:
        return self + (-other)

    def __rsub__(self, other: Dim) -> Dim:
        return -self + other

    def __mul__(self, other: Dim) -> Dim:
        if isinstance(other, int):
            spend(1 + len(self.terms))
            return from_terms({m: c * other for m, c in self.terms})
        spend(3 * len(self.terms) * len(other.terms) * (1 + len(self.terms[0][0]) + len(other.terms[0][0])))
        total: dict[Monomial, int] = {}
        for left, a in self.terms:
            for right, b in other.terms:
                monomial = multiply(left, right)
                total[monomial] = total.get(monomial, 0) + a * b
        return from_terms(total)

    __rmul__ = __mul__

    def __pow__(self, power: int) -> Dim:
        if power < 0:
            raise ValueError("a dim has no negative powers")
        if power > allowed().power:
            raise fail(SizeTooComplex("power", allowed().power))
        result: Dim = 1
        for _ in range(power):
            result = result * self
        return result

    def __floordiv__(self, other: Dim) -> Dim:
        return floordiv(self, other)

    def __str__(self) -> str:
        return format_dim(self)


Dim: TypeAlias = Union[int, Poly]


def _atom_weight(first: Dim, second: Dim) -> int:
    """Number of parts of an atom made of two dims; one of too many parts is refused, which bounds all work on dims."""
    weight = 1 + sum(1 + sum(atom.weight for atom, _ in m) for dim in (first, second) for m, _ in terms_of(dim))
    if weight > allowed().size_parts:
        raise fail(SizeTooComplex("size_parts", allowed().size_parts))
    return weight


def _floor_text(numerator: Dim, divisor: Dim) -> str:
    if isinstance(numerator, Poly) and len(numerator.terms) == 1 and isinstance(divisor, int):
        ((monomial, coefficient),) = numerator.terms
        atom, power = monomial[0]
        if len(monomial) == power == coefficient == 1 and isinstance(atom, Symbol):
            return _symbol_quotient(atom, 1, divisor)
    return f"{grouped(numerator)}//{grouped(divisor)}"


def terms_of(dim: Dim) -> tuple[tuple[Monomial, int], ...]:
    """Monomials and coefficients; a constant has the empty monomial, zero has none."""
    if isinstance(dim, int):
        return (((), dim),) if dim else ()
    return dim.terms


def atom_dim(atom: Atom) -> Poly:
    """The atom alone as a dim."""
    return Poly(((((atom, 1),), 1),))


def symbol_atoms(dim: Dim) -> Iterator[Symbol]:
    """Symbols that occur in `dim`, inside other atoms too, as often as they do."""
    for monomial, _ in terms_of(dim):
        for atom, _ in monomial:
            if isinstance(atom, Symbol):
                yield atom
                continue
            for part in (atom.numerator, atom.divisor) if isinstance(atom, Floor) else (atom.left, atom.right):
                yield from symbol_atoms(part)


def _order(term: tuple[Monomial, int]) -> tuple[int, tuple[tuple[str, int], ...]]:
    """Graded lexicographic, highest first: an order that multiplication keeps, as exact division needs."""
    monomial = term[0]
    return -sum(power for _, power in monomial), tuple((atom.key(), -power) for atom, power in monomial)


def from_terms(total: Mapping[Monomial, int]) -> Dim:
    """The dim with these coefficients."""
    kept = [term for term in total.items() if term[1]]
    limits = allowed()
    for _, coefficient in kept:
        if coefficient.bit_length() > limits.integer_bits:
            raise fail(SizeTooComplex("integer_bits", limits.integer_bits))
    if not kept:
        return 0
    if len(kept) == 1:
        return kept[0][1] if not kept[0][0] else Poly((kept[0],))
    if len(kept) > limits.terms:
        raise fail(SizeTooComplex("terms", limits.terms))
    return Poly(tuple(sorted(kept, key=_order)))


def multiply(left: Monomial, right: Monomial) -> Monomial:
    """Product of two monomials."""
    if not left or not right:
        return left or right
    powers = dict(left)
    for atom, power in right:
        powers[atom] = powers.get(atom, 0) + power
    return tuple(sorted(powers.items(), key=lambda item: item[0].key()))


def product(dims: Iterable[Dim]) -> Dim:
    """Product of `dims`, 1 of none."""
    factor = 1
    result: Dim = 1
    for dim in dims:
        if isinstance(dim, int):
            factor *= dim
        else:
            result = dim if result == 1 else result * dim
    return result if factor == 1 else result * factor


def total(dims: Iterable[Dim]) -> Dim:
    """Sum of `dims`, 0 of none."""
    given = [dim for dim in dims if dim != 0]
    if len(given) < 2:
        return given[0] if given else 0
    collected: dict[Monomial, int] = {}
    for dim in given:
        for monomial, coefficient in terms_of(dim):
            collected[monomial] = collected.get(monomial, 0) + coefficient
    return from_terms(collected)


def exact_quotient(dividend: Dim, divisor: Dim) -> Dim | None:
    """`dividend / divisor` where the division is exact as polynomials, else None."""
    if isinstance(divisor, int):
        if divisor == 0 or any(coefficient % divisor for _, coefficient in terms_of(dividend)):
            return None
        return from_terms({monomial: coefficient // divisor for monomial, coefficient in terms_of(dividend)})
    quotient: Dim = 0
    lead, scale = divisor.terms[0]
    for _ in range(64 + 2 * len(terms_of(dividend))):
        if dividend == 0:
            return quotient
        monomial, coefficient = terms_of(dividend)[0]
        left = _divide(monomial, lead)
        if left is None or coefficient % scale:
            return None
        step = from_terms({left: coefficient // scale})
        quotient = quotient + step
        dividend = dividend - step * divisor
    return quotient if dividend == 0 else None


def _divide(monomial: Monomial, by: Monomial) -> Monomial | None:
    powers = dict(monomial)
    for atom, power in by:
        powers[atom] = powers.get(atom, 0) - power
        if powers[atom] < 0:
            return None
    return tuple((atom, power) for atom, power in powers.items() if power)


def floordiv(dividend: Dim, divisor: Dim) -> Dim:
    """`dividend // divisor`, rounded towards minus infinity; the divisor is positive."""
    if isinstance(divisor, int) and divisor <= 0:
        raise ZeroDivisionError("the divisor of a dim must be positive")
    if isinstance(dividend, int) and isinstance(divisor, int):
        return dividend // divisor
    spend(QUOTIENT_STEPS + 2 * len(terms_of(dividend)) * len(terms_of(divisor)))
    exact = exact_quotient(dividend, divisor)
    if exact is not None:
        return exact
    whole, rest = _without_multiples(dividend, divisor)
    return whole + _floor_of_rest(rest, divisor)


def _without_multiples(dividend: Dim, divisor: Dim) -> tuple[Dim, Dim]:
    """`dividend` as `whole * divisor + rest`. By an integer, what is left has no negative coefficients."""
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    for monomial, coefficient in terms_of(dividend):
        if not isinstance(divisor, int):
            quotient = exact_quotient(from_terms({monomial: coefficient}), divisor) if len(divisor.terms) == 1 else None
            for key, value in ((monomial, coefficient),) if quotient is None else terms_of(quotient):
                target = rest if quotient is None else whole
                target[key] = target.get(key, 0) + value
        elif coefficient % divisor == 0 or coefficient < 0 or not monomial:
            whole[monomial], rest[monomial] = divmod(coefficient, divisor)
        else:
            rest[monomial] = coefficient
    return from_terms(whole), from_terms(rest)


def _floor_of_rest(rest: Dim, divisor: Dim) -> Dim:
    """Floor of a remainder: an inner floor is merged (`(x//a + y)//b` is `(x + a*y)//(a*b)`), common factors cancel."""
    if isinstance(rest, int):
        if isinstance(divisor, int):
            return rest // divisor
        return atom_dim(Floor(rest, divisor)) if rest else 0
    for monomial, coefficient in rest.terms:
        inner = monomial[0][0] if len(monomial) == 1 else None
        if isinstance(inner, Floor) and monomial[0][1] == 1 and coefficient == 1:
            return floordiv(inner.numerator + (rest - atom_dim(inner)) * inner.divisor, divisor * inner.divisor)
    shared = gcd(*(c for m, c in rest.terms if m), *(c for _, c in terms_of(divisor)))
    if shared > 1:
        reduced = from_terms({m: c // shared for m, c in rest.terms})
        return floordiv(reduced, from_terms({m: c // shared for m, c in terms_of(divisor)}))
    common = _common_atoms([m for m, _ in (*rest.terms, *terms_of(divisor))])
    above, below = exact_quotient(rest, common), exact_quotient(divisor, common)
    if common == 1 or above is None or below is None:
        return atom_dim(Floor(rest, divisor))
    return floordiv(above, below)


def _common_atoms(monomials: list[Monomial]) -> Dim:
    """The largest product of atoms that divides each of `monomials`."""
    powers = dict(monomials[0])
    for monomial in monomials[1:]:
        other = dict(monomial)
        powers = {atom: min(power, other[atom]) for atom, power in powers.items() if atom in other}
    return from_terms({tuple(powers.items()): 1})


def ceildiv(dividend: Dim, divisor: Dim) -> Dim:
    """`dividend / divisor` rounded up; the divisor is positive."""
    return floordiv(dividend + divisor - 1, divisor)


def grouped(dim: Dim) -> str:
    """`dim` as text, in parentheses where it is a sum or a product."""
    text = str(dim)
    return text if text.isidentifier() or text.isdigit() else f"({text})"


def format_dim(dim: Dim, separator: str = "") -> str:
    """`dim` as text, coefficients with the thousands `separator`: `2*T + 1`, `(H + 1)//2`, `1,536*N*T^2`."""
    if isinstance(dim, int):
        return f"{dim:,}".replace(",", separator)
    parts: list[str] = []
    for monomial, coefficient in dim.terms:
        sign = "-" if coefficient < 0 else "+"
        text = _format_term(monomial, abs(coefficient), separator, alone=bool(parts) or sign == "+")
        parts.append(f" {sign} {text}" if parts else text if sign == "+" else f"-{text}")
    return "".join(parts)


def _format_term(monomial: Monomial, coefficient: int, separator: str, alone: bool) -> str:
    """One term; a quotient stands in parentheses unless it is the whole term and `alone` allows it bare."""
    factors = [atom for atom, power in monomial for _ in range(power)]
    coefficient, shares = _shared_out(coefficient, [a.unit if isinstance(a, Symbol) else 1 for a in factors])
    alone = alone and len(factors) == 1 and coefficient == 1
    parts = [] if coefficient == 1 and factors else [f"{coefficient:,}".replace(",", separator)]
    for (atom, share), repeated in groupby(zip(factors, shares, strict=True)):
        count = len(list(repeated))
        quotient = atom.unit > share if isinstance(atom, Symbol) else isinstance(atom, Floor)
        text = _symbol_quotient(atom, share) if isinstance(atom, Symbol) else str(atom)
        parts.append((f"({text})" if quotient and not alone else text) + (f"^{count}" if count > 1 else ""))
    return "*".join(parts)


def _symbol_quotient(symbol: Symbol, share: int, divisor: int = 1) -> str:
    below = symbol.unit // share * divisor
    return symbol.name if below == 1 else f"{symbol.name}//{below}"


def _shared_out(coefficient: int, units: list[int]) -> tuple[int, list[int]]:
    """Prime factors of the coefficient, dealt in turn to factors whose unit they divide, and what is left of it."""
    shares = [1] * len(units)
    moved = True
    while moved:
        moved = False
        for index, unit in enumerate(units):
            common = gcd(coefficient, unit // shares[index])
            if common > 1:
                prime = next((p for p in range(2, 1_000) if common % p == 0), common)
                shares[index], coefficient, moved = shares[index] * prime, coefficient // prime, True
    return coefficient, shares
