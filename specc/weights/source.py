"""Where the values of weights come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from specc.ir.graph import Weight
from specc.weights.array_files import fitted
from specc.weights.arrays import Array
from specc.weights.initialise import first_values


class WeightSource(Protocol):
    """Gives the values of weights, one at a time."""

    def fetch(self, weight: Weight) -> Array:
        """Values of `weight` in its shape and element type. Raises `SpecError` where there are none."""
        ...


@dataclass(frozen=True, slots=True)
class SeededWeights:
    """First values by each weight's initialiser; the same for the same seed and path."""

    seed: int = 0

    def fetch(self, weight: Weight) -> Array:
        """First values of `weight`."""
        return first_values(weight, self.seed)


@dataclass(frozen=True, slots=True)
class GivenWeights:
    """Arrays by path or by an alias of it; what is not there comes from `fallback`."""

    arrays: Mapping[str, Array]
    fallback: WeightSource

    def fetch(self, weight: Weight) -> Array:
        """The array given for `weight`, checked against its type."""
        for path in (weight.name, *weight.aliases):
            if path in self.arrays:
                return fitted(self.arrays[path], weight.type, weight.name, weight.span)
        return self.fallback.fetch(weight)
