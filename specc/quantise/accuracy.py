"""How near one model's outputs are to another's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, sqrt

import numpy as np

from specc.weights.arrays import Array


@dataclass(frozen=True, slots=True)
class Accuracy:
    """One output beside that of the model in floating point: the largest and the mean absolute difference, the cosine
    of the angle between them, and how often the largest element of the last axis is the same one, over all runs.

    For outputs of integers or booleans `top1` is how many elements are equal, and `cosine` is not counted (`floating`).
    """

    output: str
    max: float
    mean: float
    cosine: float
    top1: float
    floating: bool = True


@dataclass(slots=True)
class Comparison:
    """Sums over the runs so far, for one output."""

    output: str
    largest: float = 0.0
    difference: float = 0.0
    elements: int = 0
    product: float = 0.0
    squares: tuple[float, float] = (0.0, 0.0)
    agreed: int = 0
    places: int = 0
    floating: bool = True

    def add(self, wanted: Array, given: Array) -> None:
        """One more run. Elements that are not a number in both agree; where they are in one, the difference is
        infinite. The cosine counts elements that are not finite as 0."""
        self.floating = wanted.dtype.kind == "f"
        same = wanted == given
        first, second = wanted.astype(np.float64), given.astype(np.float64)
        with np.errstate(invalid="ignore"):
            apart = np.where(same | (np.isnan(first) & np.isnan(second)), 0.0, np.abs(first - second))
        apart = np.nan_to_num(apart, nan=inf, posinf=inf)
        self.largest = max(self.largest, float(apart.max(initial=0.0)))
        self.difference += float(apart.sum())
        self.elements += wanted.size
        first, second = (np.where(np.isfinite(one), one, 0.0) for one in (first, second))
        self.product += float((first * second).sum())
        self.squares = (self.squares[0] + float((first**2).sum()), self.squares[1] + float((second**2).sum()))
        agreed = (
            np.argmax(first, -1) == np.argmax(second, -1) if self.floating and wanted.ndim and wanted.size else same
        )
        self.agreed += int(np.count_nonzero(agreed))
        self.places += np.size(agreed)

    def result(self) -> Accuracy:
        """The figures."""
        mean = self.difference / self.elements if self.elements else 0.0
        top1 = self.agreed / self.places if self.places else 1.0
        return Accuracy(self.output, self.largest, mean, self._cosine(), top1, self.floating)

    def _cosine(self) -> float:
        first, second = self.squares
        if not first and not second:
            return 1.0
        return min(1.0, self.product / sqrt(first * second)) if first and second else 0.0


@dataclass(slots=True)
class Comparisons:
    """All outputs of a model."""

    _found: dict[str, Comparison] = field(default_factory=dict)

    def add(self, wanted: Mapping[str, Array], given: Mapping[str, Array]) -> None:
        """One more run of both."""
        for name, array in wanted.items():
            self._found.setdefault(name, Comparison(name)).add(array, given[name])

    def results(self) -> tuple[Accuracy, ...]:
        """By output."""
        return tuple(one.result() for one in self._found.values())


def least_cosine(found: tuple[Accuracy, ...]) -> float:
    """The cosine of the output that is farthest off."""
    return min((one.cosine for one in found if one.floating), default=1.0)
