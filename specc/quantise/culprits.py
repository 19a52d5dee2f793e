"""Which layers hurt, by bisection."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

RUNS = 48
"""How many models are tried at most."""


@dataclass(frozen=True, slots=True)
class Culprit:
    """A layer that is kept in floating point, and how much nearer to 1 the cosine came by it alone; None where it was
    tried only together with others."""

    layer: str
    gain: float | None


@dataclass(slots=True)
class Search:
    """Tries models with some layers kept in floating point: `measure` gives the cosine for a set of these."""

    measure: Callable[[frozenset[str]], float]
    most: int = RUNS
    tried: dict[frozenset[str], float] = field(default_factory=dict)

    @property
    def spent(self) -> bool:
        """Whether no more models may be tried."""
        return len(self.tried) >= self.most

    def at(self, kept: frozenset[str]) -> float:
        """The cosine where `kept` stay in floating point."""
        if kept not in self.tried:
            self.tried[kept] = self.measure(kept)
        return self.tried[kept]

    def run(self, layers: tuple[str, ...], wanted: float) -> tuple[Culprit, ...] | None:
        """The layers to keep so that the cosine is at least `wanted`; None where the models that were tried are all
        below it. One layer after another is found: of each group, the half is taken that helps more."""
        found: list[Culprit] = []
        kept: frozenset[str] = frozenset()
        while self.at(kept) < wanted and not self.spent and len(kept) < len(layers):
            group = tuple(layer for layer in layers if layer not in kept)
            worst = self._worst(group, kept)
            if worst is None:
                break
            found.append(Culprit(worst, self.at(kept | {worst}) - self.at(kept)))
            kept |= {worst}
        if self.at(kept) >= wanted:
            return tuple(found)
        return self._fewest(wanted, found)

    def _worst(self, group: tuple[str, ...], kept: frozenset[str]) -> str | None:
        while len(group) > 1:
            if self.spent:
                return None
            halves = group[: len(group) // 2], group[len(group) // 2 :]
            cosines = [self.at(kept | frozenset(half)) for half in halves]
            group = halves[0] if cosines[0] >= cosines[1] else halves[1]
        return group[0]

    def _fewest(self, wanted: float, found: list[Culprit]) -> tuple[Culprit, ...] | None:
        """The smallest set among those that were tried and are near enough."""
        enough = [kept for kept, cosine in self.tried.items() if cosine >= wanted]
        if not enough:
            return None
        chosen = min(enough, key=lambda kept: (len(kept), sorted(kept)))
        gains = {culprit.layer: culprit.gain for culprit in found}
        return tuple(Culprit(layer, gains.get(layer)) for layer in sorted(chosen))
