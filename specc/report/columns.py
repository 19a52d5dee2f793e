"""Columns that a table of layers can have, and how it is sorted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from specc.report.grid import Column
from specc.report.rows import Row
from specc.report.units import cell, short_bytes, short_seconds
from specc.tensor.dims import Dim


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of the table: its heading, a cell, and the number that it is sorted by, largest first."""

    column: Column
    cell: Callable[[Row], str]
    key: Callable[[Row], float | None] | None = None


@dataclass(frozen=True, slots=True)
class View:
    """What of a report a table shows: columns by name, by which it is sorted, and how deep a tree of blocks is."""

    columns: tuple[str, ...] = ()
    sort: str | None = None
    tree: bool = False
    depth: int | None = None


def _amount(value: int | None, formula: Dim) -> str:
    return cell(value, formula) if formula else ""


def _shape(row: Row) -> str:
    return "" if row.output_shape is None else f"[{', '.join(map(str, row.output_shape))}]"


def _bytes(value: int | None, formula: Dim) -> str:
    return cell(None, formula) if value is None else short_bytes(value)


def _seconds(row: Row) -> str:
    return "" if row.seconds is None else short_seconds(row.seconds)


COLUMNS: dict[str, Shown] = {
    "path": Shown(Column("path"), lambda row: row.name),
    "layer": Shown(Column("layer"), lambda row: row.layer),
    "source": Shown(Column("source"), lambda row: row.source),
    "output": Shown(Column("output"), _shape),
    "params": Shown(
        Column("params", True), lambda row: f"{row.params:,}" if row.params else "", lambda row: row.params
    ),
    "macs": Shown(Column("MACs", True), lambda row: _amount(row.macs, row.macs_formula), lambda row: row.macs),
    "flops": Shown(Column("FLOPs", True), lambda row: _amount(row.flops, row.flops_formula), lambda row: row.flops),
    "bytes": Shown(Column("bytes", True), lambda row: _bytes(row.bytes, row.bytes_formula), lambda row: row.bytes),
    "intensity": Shown(
        Column("FLOP/B", True),
        lambda row: "" if row.intensity is None else f"{row.intensity:.3g}",
        lambda row: row.intensity,
    ),
    "bound": Shown(Column("bound"), lambda row: row.bound),
    "time": Shown(Column("time", True), _seconds, lambda row: row.seconds),
    "share": Shown(
        Column("share", True), lambda row: "" if row.share is None else f"{row.share:.1%}", lambda row: row.share
    ),
}
"""Every column, by the name that `--columns` and `--sort` take."""
USUAL = ("path", "layer", "output", "params", "macs", "flops")
TIMED = ("bound", "time", "share")


def chosen(view: View, timed: bool) -> tuple[Shown, ...]:
    """The columns of a view: those that it names, else the usual ones."""
    names = view.columns or (*USUAL, *(TIMED if timed else ()))
    return tuple(COLUMNS[name] for name in names)


def in_order(rows: Sequence[Row], sort: str | None) -> tuple[Row, ...]:
    """The rows, the largest number of the column `sort` first, those without a number last."""
    key = COLUMNS[sort].key if sort else None
    if key is None:
        return tuple(rows) if sort is None else tuple(sorted(rows, key=COLUMNS[sort].cell))

    def rank(row: Row) -> float:
        value = key(row)
        return -value if value is not None else float("inf")

    return tuple(sorted(rows, key=rank))
