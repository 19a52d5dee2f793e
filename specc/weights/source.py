"""Where the values of weights come from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from specc.base.diagnostics import Diagnostic
from specc.ir.graph import Weight
from specc.tensor.dtypes import DType
from specc.weights.arrays import Array, cast
from specc.weights.errors_match import NotFinite
from specc.weights.initialise import first_values
from specc.weights.match import Match
from specc.weights.relayout import evaluate_relayout


class WeightSource(Protocol):
    """Gives the values of weights, one at a time."""

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """What was strange about the values that were looked at."""
        ...

    def fetch(self, weight: Weight) -> Array:
        """Values of `weight` in its shape and element type. Raises `SpecError` where there are none."""
        ...

    def stored(self, weight: Weight) -> Array:
        """Values of `weight` in its shape, perhaps of another element type, perhaps a view of a file."""
        ...

    def look_at(self, weight: Weight, values: Array) -> None:
        """Take note of values of `weight`, in any shape, that are about to be used."""
        ...

    def release(self) -> None:
        """Drop what reading has brought into memory."""
        ...


@dataclass(frozen=True, slots=True)
class SeededWeights:
    """First values by each weight's initialiser; the same for the same seed and path."""

    seed: int = 0
    warnings: tuple[Diagnostic, ...] = ()

    def fetch(self, weight: Weight) -> Array:
        """First values of `weight`."""
        return first_values(weight, self.seed)

    def stored(self, weight: Weight) -> Array:
        """The same."""
        return first_values(weight, self.seed)

    def look_at(self, weight: Weight, values: Array) -> None:
        """Nothing is strange about what the spec says."""

    def release(self) -> None:
        """There is nothing to drop."""


@dataclass(frozen=True, slots=True)
class CheckpointWeights:
    """Weights from a checkpoint that was matched; those that it has no tensor for have their first values."""

    match: Match
    seed: int = 0
    found: dict[str, Diagnostic] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """Tensors that are not finite."""
        return tuple(self.found.values())

    def fetch(self, weight: Weight) -> Array:
        """The checkpoint's tensor in the element type of `weight`."""
        array = cast(self.stored(weight), weight.type.dtype, weight.name, weight.span)
        self.look_at(weight, array)
        return array

    def stored(self, weight: Weight) -> Array:
        """The checkpoint's tensor as it is stored."""
        offer = self.match.offers.get(weight.name)
        if offer is None:
            return first_values(weight, self.seed)
        tensors = self.match.checkpoint.tensors
        return evaluate_relayout(offer.made.relayout, lambda name: tensors[name].load(), DType.FLOAT64)

    def look_at(self, weight: Weight, values: Array) -> None:
        """Warn of elements that are not finite, once for each tensor."""
        offer = self.match.offers.get(weight.name)
        if offer is None or not weight.type.dtype.is_float or weight.name in self.found or np.isfinite(values).all():
            return
        what = "not-a-number" if np.isnan(values).any() else "infinite"
        self.found[weight.name] = NotFinite(", ".join(offer.sources), what).at(None)

    def release(self) -> None:
        """Drop the pages of the checkpoint that reading has brought into memory."""
        self.match.checkpoint.release()
