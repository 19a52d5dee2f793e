"""Ranges of activations, gathered over many runs in bounded memory, and the integers that stand for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np

from specc.weights.arrays import Array

Counts: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"
BINS = 4096
"""Bins of a histogram on each side of 0."""
LEVELS = 255
PERCENTILE = 99.99
_CANDIDATES = 64


@dataclass(frozen=True, slots=True)
class Affine:
    """Integers q from 0 to 255 that stand for scale * (q - zero)."""

    scale: float
    zero: int


@dataclass(slots=True)
class Observed:
    """The smallest and the largest element that was seen, 0 among them, and how often magnitudes occurred on each side
    of 0, in bins up to `reach`, which doubles when it is passed."""

    low: float = 0.0
    high: float = 0.0
    reach: float = 0.0
    below: Counts = field(default_factory=lambda: np.zeros(BINS))
    above: Counts = field(default_factory=lambda: np.zeros(BINS))

    def add(self, values: Array, counted: bool = True) -> None:
        """Take note of a tensor; elements that are not finite do not count."""
        flat = values.reshape(-1)
        if not flat.size:
            return None
        low, high = float(flat.min()), float(flat.max())
        if not np.isfinite(low) or not np.isfinite(high):
            flat = flat[np.isfinite(flat)]
            return self.add(flat, counted)
        self.low, self.high = min(self.low, low), max(self.high, high)
        if counted:
            self._count(flat, max(-low, high))
        return None

    def _count(self, flat: Array, largest: float) -> None:
        if largest <= 0:
            self.above[0] += flat.size
            return
        if not self.reach:
            self.reach = largest
        while self.reach < largest:
            self.below, self.above = _halved(self.below), _halved(self.above)
            self.reach *= 2
        both, _ = np.histogram(flat, 2 * BINS, (-self.reach, self.reach))
        self.below += both[BINS - 1 :: -1]
        self.above += both[BINS:]


def _halved(counts: Counts) -> Counts:
    made = np.zeros(BINS)
    made[: BINS // 2] = counts.reshape(-1, 2).sum(1)
    return made


def affine(observed: Observed, method: str) -> Affine:
    """The integers for what was observed: over all of it (`minmax`), over all but the rarest (`percentile`), or where
    the distribution loses least (`entropy`)."""
    low, high = observed.low, observed.high
    if method == "percentile":
        low, high = _percentile(observed)
    elif method == "entropy":
        most = _least_divergent(observed)
        low, high = max(low, -most), min(high, most)
    return spread(low, high)


def spread(low: float, high: float) -> Affine:
    """All 256 integers over `low` to `high`, widened to hold 0, which one of them stands for exactly.

    Formula: scale = (high - low) / 255, zero = round(-low / scale)
    Source: Jacob et al. 2018, section 2.1 (arXiv:1712.05877)
    """
    low, high = min(low, 0.0), max(high, 0.0)
    scale = float(np.float32((high - low) / LEVELS))
    if not scale or not np.isfinite(scale):
        return Affine(1.0, 0)
    return Affine(scale, min(LEVELS, max(0, round(-low / scale))))


def _percentile(observed: Observed) -> tuple[float, float]:
    """Bounds that leave out, on both sides together, 0.01 % of the elements."""
    total = observed.below.sum() + observed.above.sum()
    if not total or not observed.reach:
        return observed.low, observed.high
    spare = total * (1 - PERCENTILE / 100) / (2 if observed.low < 0 < observed.high else 1)
    width = observed.reach / BINS
    bounds = (_edge(counts, spare) * width for counts in (observed.below, observed.above))
    below, above = bounds
    return max(observed.low, -below), min(observed.high, above)


def _edge(counts: Counts, spare: float) -> int:
    """The first bin edge beyond which there are no more than `spare` elements."""
    beyond = np.cumsum(counts[::-1])[::-1]
    kept = np.nonzero(beyond > spare)[0]
    return int(kept[-1]) + 1 if len(kept) else 0


def _least_divergent(observed: Observed) -> float:
    """The magnitude at which clipping loses least: the distribution clipped there, and the same in as many levels as
    its integers have, are nearest by the Kullback-Leibler divergence.

    Source: Migacz 2017, 8-bit Inference with TensorRT (GTC)
    """
    counts = observed.below + observed.above
    used = np.nonzero(counts)[0]
    if not len(used) or not observed.reach:
        return max(-observed.low, observed.high)
    levels = LEVELS if observed.low >= 0 or observed.high <= 0 else LEVELS // 2
    last = int(used[-1]) + 1
    if last <= levels:
        return max(-observed.low, observed.high)
    candidates = np.unique(np.linspace(levels, last, _CANDIDATES).astype(int))
    best = min(candidates, key=lambda stop: (_divergence(counts, int(stop), levels), stop))
    return float(best) * observed.reach / BINS if best < last else max(-observed.low, observed.high)


def _divergence(counts: Counts, stop: int, levels: int) -> float:
    """KL(P, Q): P is the histogram up to `stop` with all beyond it in its last bin, Q the part up to `stop` averaged
    over the bins of each level that are not empty."""
    inner = counts[:stop]
    reference = inner.copy()
    reference[-1] += counts[stop:].sum()
    level = np.arange(stop) * levels // stop
    filled = reference > 0
    sums = np.bincount(level, inner, levels)
    members = np.bincount(level, filled, levels)
    made = np.where(filled, (sums / np.maximum(members, 1))[level], 0.0)
    if not made.sum():
        return float("inf")
    p, q = reference / reference.sum(), np.maximum(made / made.sum(), 1e-12)
    return float((p[filled] * np.log(p[filled] / q[filled])).sum())
