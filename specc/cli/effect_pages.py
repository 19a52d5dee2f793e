"""Effects of rewrites as a table and as JSON."""

from __future__ import annotations

from specc.base.jsonable import Json
from specc.effects import Effect, Figures
from specc.report.grid import Column, Grid, plain
from specc.tensor.dims import Dim, format_dim

_COLUMNS = (
    Column("rewrite"),
    Column("times", True),
    Column("nodes", True),
    Column("FLOPs", True),
    Column("bytes", True),
    Column("predicted ms", True),
    Column("measured", True),
)


def effects_text(found: tuple[Effect, ...]) -> str:
    """One row for each rewrite, before and after it; `measured` is the time without it over that with it."""
    if not found:
        return ""
    return f"\neffect of each rewrite, one after another\n\n{plain(Grid(_COLUMNS, tuple(map(_row, found))))}"


def _row(one: Effect) -> tuple[str, ...]:
    before, after = one.before, one.after
    seconds = ""
    if before.seconds is not None and after.seconds is not None:
        seconds = f"{before.seconds * 1e3:.3f} -> {after.seconds * 1e3:.3f}"
    return (
        one.rewrite,
        str(one.times),
        f"{before.nodes} -> {after.nodes}",
        _less(before.flops, after.flops),
        _less(before.bytes, after.bytes),
        seconds,
        "" if one.gain is None else f"{one.gain:.3f}x",
    )


def _less(before: Dim, after: Dim) -> str:
    """By how much it has changed."""
    change = after - before
    if change == 0:
        return "="
    if isinstance(change, int) and isinstance(before, int) and before:
        return f"{change / before:+.2%}"
    return format_dim(change, ",")


def effects_json(found: tuple[Effect, ...]) -> list[Json]:
    """The same for programs."""
    return [
        {
            "rewrite": one.rewrite,
            "times": one.times,
            "before": _figures(one.before),
            "after": _figures(one.after),
            "gain": one.gain,
        }
        for one in found
    ]


def _figures(figures: Figures) -> dict[str, Json]:
    return {
        "nodes": figures.nodes,
        "flops": str(figures.flops),
        "bytes": str(figures.bytes),
        "seconds": figures.seconds,
    }
