"""What is known to be non-negative about the atoms of a claim: bounds, definitions of floors and extrema, facts."""

from __future__ import annotations

from collections import deque

from specc.base.work import spend
from specc.tensor.interval import Intervals
from specc.tensor.poly import Atom, Dim, Floor, Monomial, Poly, Symbol, atom_dim, from_terms, terms_of

MAX_ATOMS = 24
MAX_CONSTRAINTS = 64
MAX_MONOMIALS = 40
MAX_DEGREE = 4


class Constraints:
    """Collects `constraints`, dims that are never negative: first about each atom, then products for each monomial."""

    def __init__(self, target: Poly, facts: list[Poly]) -> None:
        """Collect all that may bear on `target`."""
        self.intervals = Intervals()
        self.constraints: dict[Dim, None] = {}
        self._about: dict[Atom, list[Dim]] = {}
        self._facts = list(facts)
        self._pending = deque(_atoms(target))
        while self._pending:
            self._describe(self._pending.popleft())
        self._multiply(target)

    def _add(self, dim: Dim) -> None:
        if isinstance(dim, Poly) and len(self.constraints) < MAX_CONSTRAINTS:
            self.constraints.setdefault(dim)

    def _describe(self, atom: Atom) -> None:
        """Add what is known of one atom, and queue the atoms that this brings in."""
        if atom in self._about or len(self._about) >= MAX_ATOMS:
            return
        spend(2 + 2 * len(self._facts))
        low, high = self.intervals.atom(atom)
        alone = atom_dim(atom)
        known: list[Dim] = [alone - low] if isinstance(low, int) else []
        known += [high - alone] if isinstance(high, int) else []
        known += _definition(atom) if self._well_defined(atom) else []
        fitting = [fact for fact in self._facts if atom in _atoms(fact)]
        self._facts = [fact for fact in self._facts if fact not in fitting]
        self._about[atom] = [*known, *fitting]
        for dim in self._about[atom]:
            self._add(dim)
            self._pending.extend(_atoms(dim))

    def _well_defined(self, atom: Atom) -> bool:
        return not isinstance(atom, Floor) or self.intervals.dim(atom.divisor)[0] >= 1

    def _multiply(self, target: Poly) -> None:
        """For each product of atoms, what is known of one factor times the others, where these are not negative."""
        pending = deque(m for dim in (target, *self.constraints) for m, _ in terms_of(dim))
        seen: set[Monomial] = set()
        while pending and len(seen) < MAX_MONOMIALS:
            monomial = pending.popleft()
            if monomial in seen or not 2 <= sum(power for _, power in monomial) <= MAX_DEGREE:
                continue
            seen.add(monomial)
            for atom, _ in monomial:
                others = from_terms({tuple((a, p - (a == atom)) for a, p in monomial if p > 1 or a != atom): 1})
                if self.intervals.dim(others)[0] < 0:
                    continue
                spend(5)
                for dim in self._about.get(atom, ()):
                    scaled = dim * others
                    self._add(scaled)
                    pending.extend(m for m, _ in terms_of(scaled))


def _atoms(dim: Dim) -> list[Atom]:
    return [atom for monomial, _ in terms_of(dim) for atom, _ in monomial]


def _definition(atom: Atom) -> list[Dim]:
    alone = atom_dim(atom)
    if isinstance(atom, Symbol):
        return []
    if isinstance(atom, Floor):
        remainder = atom.numerator - alone * atom.divisor
        return [remainder, atom.divisor - 1 - remainder]
    if atom.kind == "min":
        return [atom.left - alone, atom.right - alone]
    return [alone - atom.left, alone - atom.right]
