"""What rewrites did and did not do, place by place."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entry:
    """One place: the rewrite, paths of the layers and the `FILE:LINE` of the first, whether it was `applied`, and what
    was done or why it was not."""

    rewrite: str
    layers: tuple[str, ...]
    source: str
    applied: bool
    why: str


@dataclass(slots=True)
class Ledger:
    """Entries in the order in which they were made; `nodes` counts those of the graph before and after each rewrite."""

    entries: list[Entry] = field(default_factory=list)
    nodes: dict[str, tuple[int, int]] = field(default_factory=dict)

    def applied(self, rewrite: str) -> int:
        """How often `rewrite` was made."""
        return sum(entry.applied and entry.rewrite == rewrite for entry in self.entries)
