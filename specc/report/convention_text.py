"""What other counters say, as text, Markdown and JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from specc.analysis.bindings import Binder
from specc.analysis.conventions.convention import Difference, Tally
from specc.base.jsonable import Json
from specc.report.grid import Column, Grid, markdown, plain
from specc.report.units import cell
from specc.tensor.dims import Dim

if TYPE_CHECKING:
    from specc.report.record import Report

NOTE = (
    "What other counters say of the same model in PyTorch, with layers as modules of torch.nn and arithmetic between\n"
    "tensors as operators, in evaluation:"
)


def convention_text(report: Report, as_markdown: bool = False) -> str:
    """A section for each counter: its number beside that of the report, and what makes the difference."""
    binder = Binder(report.bindings)
    sections = [_section(tally, report, binder, as_markdown) for tally in report.conventions]
    return "\n".join((f"{NOTE}\n", *sections))


def _section(tally: Tally, report: Report, binder: Binder, as_markdown: bool) -> str:
    found = tally.convention
    title = f"{found.package} {found.version} counts {_number(tally.counted, binder)}{_ratio(tally, report, binder)}"
    lines = [f"### {title}", "", f"{_sentence(found.counts)}."] if as_markdown else [title, f"  {found.counts}"]
    grid = Grid(
        (Column("layer"), Column("count", True), Column("MACs", True), Column(found.package, True), Column("why")),
        tuple(_row(one, binder) for one in _ordered(tally, binder)),
    )
    if not grid.rows:
        return "\n".join((*lines, "")) + ("" if as_markdown else "  no layer differs\n")
    return "\n".join((*lines, "", (markdown if as_markdown else plain)(grid)))


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _ratio(tally: Tally, report: Report, binder: Binder) -> str:
    counted = binder.value(tally.counted)
    if counted is None or not report.macs:
        return ""
    if counted == report.macs:
        return ", the MACs of the report"
    return f", {counted / report.macs:.4f} times the {report.macs:,} MACs of the report"


def _number(dim: Dim, binder: Binder) -> str:
    shown = binder.shown(dim)
    return f"{shown:,}" if isinstance(shown, int) else shown


def _row(one: Difference, binder: Binder) -> tuple[str, ...]:
    ours, theirs = (cell(binder.value(dim), dim) for dim in (one.macs, one.counted))
    return one.layer, str(one.count), ours, theirs, one.why


def _ordered(tally: Tally, binder: Binder) -> list[Difference]:
    return sorted(tally.differences, key=lambda one: -abs(_gap(one, binder)))


def _gap(one: Difference, binder: Binder) -> int:
    return (binder.value(one.counted) or 0) - (binder.value(one.macs) or 0)


def conventions_json(report: Report, binder: Binder) -> dict[str, Json]:
    """The field `conventions`, by counter."""
    return {tally.convention.package: _json(tally, binder) for tally in report.conventions}


def _json(tally: Tally, binder: Binder) -> dict[str, Json]:
    differences: list[Json] = [
        {
            "layer": one.layer,
            "count": one.count,
            "macs": binder.value(one.macs),
            "counted": binder.value(one.counted),
            "counted_formula": binder.text(one.counted),
            "why": one.why,
        }
        for one in _ordered(tally, binder)
    ]
    return {
        "version": tally.convention.version,
        "counts": tally.convention.counts,
        "value": binder.value(tally.counted),
        "formula": binder.text(tally.counted),
        "differences": differences,
    }
