"""What an arena takes for a run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ArenaUse:
    """`total` bytes that the arena asks the system for in a first run, in `growths` of these sizes; `used` of them at
    once. Inputs, which belong to the caller, and weights do not count."""

    total: int
    used: int
    growths: tuple[int, ...]
