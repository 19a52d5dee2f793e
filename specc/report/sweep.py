"""How costs grow with one size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specc.base.jsonable import Json
from specc.report.grid import Column, Grid
from specc.report.record import Report
from specc.report.units import cell, short_bytes, short_seconds

WIDTH = 32
BARS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True)
class Sweep:
    """Reports at the values of one symbol, in their order."""

    symbol: str
    reports: tuple[Report, ...]

    @property
    def values(self) -> tuple[int, ...]:
        """The values of the symbol."""
        return tuple(report.bindings[self.symbol] for report in self.reports)


def sweep_grid(sweep: Sweep) -> Grid:
    """One row for each value: counts, how much more each is than at the value before, and a bar."""
    timed = all(report.roofline is not None for report in sweep.reports)
    heads = (sweep.symbol, "MACs", "growth", "FLOPs", "peak activations", *(("predicted time",) if timed else ()))
    columns = (*(Column(head, True) for head in heads), Column(""))
    largest = max((report.flops or 0 for report in sweep.reports), default=0)
    rows: list[tuple[str, ...]] = []
    before: Report | None = None
    for report in sweep.reports:
        peak = report.memory.peak
        rows.append(
            (
                f"{report.bindings[sweep.symbol]:,}",
                cell(report.macs, report.cost.macs_formula),
                _growth(before, report),
                cell(report.flops, report.cost.flops_formula),
                "" if peak is None else short_bytes(peak),
                *((short_seconds(report.roofline.seconds),) if timed and report.roofline else ()),
                bar(report.flops or 0, largest),
            )
        )
        before = report
    return Grid(columns, tuple(rows))


def _growth(before: Report | None, now: Report) -> str:
    if before is None or not before.macs or now.macs is None:
        return ""
    return f"x{now.macs / before.macs:.3g}"


def bar(value: int, largest: int) -> str:
    """A bar of at most `WIDTH` signs, an eighth of a sign being the least."""
    eighths = round(8 * WIDTH * value / largest) if largest else 0
    return BARS[8] * (eighths // 8) + BARS[eighths % 8].strip()


def sweep_json(sweep: Sweep) -> dict[str, Json]:
    """The same as JSON."""
    rows: Sequence[Json] = [
        {
            sweep.symbol: report.bindings[sweep.symbol],
            "macs": report.macs,
            "flops": report.flops,
            "peak_activation_bytes": report.memory.peak,
            "seconds": report.roofline.seconds if report.roofline else None,
        }
        for report in sweep.reports
    ]
    first = sweep.reports[0]
    return {
        "model": first.model,
        "symbol": sweep.symbol,
        "macs_formula": str(first.cost.macs_formula),
        "flops_formula": str(first.cost.flops_formula),
        "rows": list(rows),
    }
