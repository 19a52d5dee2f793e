"""Checkpoints whose names are those of the model but for a common beginning."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

_TRIED = 8
"""Names whose endings are looked for."""


@dataclass(frozen=True, slots=True)
class Shift:
    """`prefix` and a dot stand before the names of the file, or with `ours` before those of the model; `names` are
    those of the file and of the model that fit each other so."""

    prefix: str
    ours: bool
    names: frozenset[str]
    pairs: int


def shift_between(missing: Sequence[str], spare: Collection[str]) -> Shift | None:
    """What stands before most of the names that are `missing` in a file and among its `spare` ones; None where fewer
    than two, or less than half of those missing, fit so."""
    found = [_best(missing, frozenset(spare), False), _best(tuple(spare), frozenset(missing), True)]
    best = max((one for one in found if one is not None), key=lambda one: one.pairs, default=None)
    return best if best is not None and best.pairs >= 2 and 2 * best.pairs >= len(missing) else None


def _best(short: Sequence[str], long: frozenset[str], ours: bool) -> Shift | None:
    prefixes = {
        name.removesuffix(f".{ending}") for ending in short[:_TRIED] for name in long if name.endswith(f".{ending}")
    }
    shifts = []
    for prefix in sorted(prefixes)[:_TRIED]:
        pairs = [(name, f"{prefix}.{name}") for name in short if f"{prefix}.{name}" in long]
        shifts.append(Shift(prefix, ours, frozenset(name for pair in pairs for name in pair), len(pairs)))
    return max(shifts, key=lambda one: one.pairs, default=None)
