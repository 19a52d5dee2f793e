"""Frequencies of rotary positions, as they are or rescaled for sequences longer than those of the training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, log, pi
from typing import TypeAlias

from specc.base.work import spend
from specc.ir.operation import Rejected
from specc.layers.common.attributes import BOOL, POSITIVE_NUMBER, STRING, Kind, Raw, Unfit, choice
from specc.layers.common.errors_positions import WrongRotaryScaling

LENGTH = "original_max_position_embeddings"
NEEDED: dict[str, tuple[str, ...]] = {
    "default": (),
    "linear": ("factor",),
    "dynamic": ("factor", LENGTH),
    "yarn": ("factor", LENGTH),
    "llama3": ("factor", LENGTH, "low_freq_factor", "high_freq_factor"),
}
"""Numbers that each kind of scaling cannot do without."""
ALLOWED: dict[str, tuple[str, ...]] = {
    "yarn": ("beta_fast", "beta_slow", "truncate", "attention_factor", "mscale", "mscale_all_dim"),
}
"""Numbers that it takes beside them."""

Entries: TypeAlias = tuple[tuple[str, str | float], ...]


def _entries(raw: Raw) -> Entries:
    if not isinstance(raw, dict):
        raise Unfit
    return tuple((STRING.convert(name), _entry(name, value)) for name, value in raw.items())


def _entry(name: Raw, value: Raw) -> str | float:
    if name == "rope_type":
        return choice(*NEEDED).convert(value)
    return float(BOOL.convert(value)) if name == "truncate" else POSITIVE_NUMBER.convert(value)


ROPE_PARAMETERS: Kind[Entries] = Kind(
    'a map such as {"rope_type": "linear", "factor": 2} with one of the types ' + ", ".join(NEEDED), _entries
)


@dataclass(frozen=True, slots=True)
class Scaling:
    """A kind of scaling and its numbers."""

    kind: str
    theta: float
    numbers: Mapping[str, float]

    def check(self, dims: int) -> None:
        """Reject numbers that are missing, superfluous or without sense for `dims` elements that are turned."""
        needed, allowed = NEEDED[self.kind], ALLOWED.get(self.kind, ())
        for name in needed:
            if name not in self.numbers:
                raise self._wrong(f"needs `{name}`")
        for name in self.numbers:
            if name not in (*needed, *allowed):
                raise self._wrong(f"has no use for `{name}`")
        if self.kind == "llama3" and self.numbers["low_freq_factor"] >= self.numbers["high_freq_factor"]:
            raise self._wrong("needs a `low_freq_factor` below `high_freq_factor`")
        if self.kind == "dynamic" and dims < 4:
            raise self._wrong("needs at least 4 elements to turn")
        if self.kind == "dynamic" and self.numbers["factor"] < 1:
            raise self._wrong("needs a `factor` of at least 1")
        if self.kind == "yarn" and self.theta <= 1:
            raise self._wrong("needs a `theta` above 1")

    def _wrong(self, reason: str) -> Rejected:
        return Rejected(WrongRotaryScaling(self.kind, reason))

    def frequencies(self, dims: int) -> tuple[float, ...]:
        """Angle of one step of the position, for each pair; of `dynamic` while sequences are short."""
        spend(dims)
        plain = [self.theta ** (-index / dims) for index in range(0, dims, 2)]
        if self.kind == "linear":
            return tuple(each / self.numbers["factor"] for each in plain)
        if self.kind == "llama3":
            return tuple(map(self._llama3, plain))
        if self.kind == "yarn":
            return self._yarn(plain, dims)
        return tuple(plain)

    def magnitude(self) -> float:
        """What sines and cosines are multiplied by."""
        if self.kind != "yarn":
            return 1.0
        if "attention_factor" in self.numbers:
            return self.numbers["attention_factor"]
        factor = self.numbers["factor"]
        weights = self.numbers.get("mscale", 0.0), self.numbers.get("mscale_all_dim", 0.0)
        if all(weights):
            return _mscale(factor, weights[0]) / _mscale(factor, weights[1])
        return _mscale(factor, 1.0)

    def _llama3(self, frequency: float) -> float:
        low, high = self.numbers["low_freq_factor"], self.numbers["high_freq_factor"]
        turns = self.numbers[LENGTH] * frequency / (2 * pi)
        if turns > high:
            return frequency
        if turns < low:
            return frequency / self.numbers["factor"]
        smooth = (turns - low) / (high - low)
        return (1 - smooth) * frequency / self.numbers["factor"] + smooth * frequency

    def _yarn(self, plain: list[float], dims: int) -> tuple[float, ...]:
        low, high = self._yarn_range(dims)
        ramps = (min(max((index - low) / (high - low), 0.0), 1.0) for index in range(len(plain)))
        factor = self.numbers["factor"]
        return tuple(each / factor * ramp + each * (1 - ramp) for each, ramp in zip(plain, ramps, strict=True))

    def _yarn_range(self, dims: int) -> tuple[float, float]:
        """The pairs between which interpolation sets in."""
        fast, slow = self.numbers.get("beta_fast", 32.0), self.numbers.get("beta_slow", 1.0)
        low, high = (
            dims * log(self.numbers[LENGTH] / (turns * 2 * pi)) / (2 * log(self.theta)) for turns in (fast, slow)
        )
        if self.numbers.get("truncate", 1.0):
            low, high = floor(low), ceil(high)
        low, high = max(low, 0), min(high, dims - 1)
        return low, high + 0.001 if low == high else high


def scaling_of(theta: float, entries: Entries | None) -> Scaling:
    """The scaling that a map states."""
    numbers = {name: value for name, value in entries or () if isinstance(value, float)}
    kinds = [value for _, value in entries or () if isinstance(value, str)]
    return Scaling(kinds[0] if kinds else "default", theta, numbers)


def _mscale(factor: float, weight: float) -> float:
    return 1.0 if factor <= 1 else 0.1 * weight * log(factor) + 1.0
