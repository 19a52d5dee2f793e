"""What was rewritten, as a table: places of one block of the spec are one row."""

from __future__ import annotations

from specc.base.jsonable import Json
from specc.passes.ledger import Entry, Ledger
from specc.report.grid import Column, Grid, plain

_SHOWN = 2
"""Layers of a place that are named; more are counted."""


def ledger_text(ledger: Ledger) -> str:
    """One row for each rewrite, place in the spec and reason; what was not rewritten comes last."""
    if not ledger.entries:
        return "rewritten: nothing\n"
    columns = (Column("rewrite"), Column("place"), Column("layers"), Column("times", number=True), Column("what"))
    done = _rows([entry for entry in ledger.entries if entry.applied])
    left = _rows([entry for entry in ledger.entries if not entry.applied])
    parts = []
    if done:
        parts.append(f"rewritten\n\n{plain(Grid(columns, done))}")
    if left:
        parts.append(f"not rewritten\n\n{plain(Grid(columns, left))}")
    return "\n".join(parts)


def _rows(entries: list[Entry]) -> tuple[tuple[str, ...], ...]:
    grouped: dict[tuple[str, str, str], list[Entry]] = {}
    for entry in entries:
        grouped.setdefault((entry.rewrite, entry.source, entry.why), []).append(entry)
    return tuple(
        (rewrite, source, _layers(group[0].layers), str(len(group)), why)
        for (rewrite, source, why), group in grouped.items()
    )


def _layers(paths: tuple[str, ...]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return " + ".join(paths[:_SHOWN]) + more


def ledger_json(ledger: Ledger) -> list[Json]:
    """Every place, for programs."""
    return [
        {
            "rewrite": entry.rewrite,
            "layers": list(entry.layers),
            "source": entry.source,
            "applied": entry.applied,
            "why": entry.why,
        }
        for entry in ledger.entries
    ]
