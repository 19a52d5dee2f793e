"""Weights that are read again and again."""

from __future__ import annotations

from dataclasses import dataclass, field

from specc.base.diagnostics import Diagnostic
from specc.ir.graph import Weight
from specc.weights.arrays import Array
from specc.weights.source import WeightSource

MOST = 1 << 31
"""Bytes that are remembered."""


@dataclass(slots=True)
class RememberedWeights:
    """Gives what `source` gives, and keeps it in memory up to a bound."""

    source: WeightSource
    most: int = MOST
    _kept: dict[str, Array] = field(default_factory=dict)
    _used: int = 0

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """Those of the source."""
        return self.source.warnings

    def fetch(self, weight: Weight) -> Array:
        """Values of `weight`."""
        found = self._kept.get(weight.name)
        if found is None:
            found = self.source.fetch(weight)
            if self._used + found.nbytes <= self.most:
                self._kept[weight.name] = found
                self._used += found.nbytes
        return found

    def stored(self, weight: Weight) -> Array:
        """The same."""
        return self.fetch(weight)

    def look_at(self, weight: Weight, values: Array) -> None:
        """Let the source see them."""
        self.source.look_at(weight, values)

    def release(self) -> None:
        """Let the source drop what it holds."""
        self.source.release()
