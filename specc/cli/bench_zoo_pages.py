"""The measured zoo as a table, JSON, CSV and Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.base.jsonable import Json, to_json
from specc.base.machine import Machine
from specc.report.grid import Column, Grid, markdown, plain
from specc.report.tables import grid_csv
from specc.report.units import short_count, short_seconds
from specc.runtime.bench import Latency
from specc.zoo import ZooModel


@dataclass(frozen=True, slots=True)
class Measured:
    """One model at some sizes: what it costs, and the times of its runs; `machine` has the figures of the target."""

    model: ZooModel
    sizes: Mapping[str, int]
    params: int
    macs: int | None
    flops: int | None
    latency: Latency
    machine: Machine | None = None

    @property
    def rate(self) -> float | None:
        """FLOP/s at the median."""
        return None if self.flops is None else self.flops / self.latency.median

    @property
    def of_peak(self) -> float | None:
        """Part of the target's float32 rate."""
        if self.machine is None or self.rate is None:
            return None
        return self.rate / self.machine.peak["float32"]


@dataclass(frozen=True, slots=True)
class ZooBenchmark:
    """All that were measured, in the order of the zoo, and those of more than `most` parameters."""

    rows: tuple[Measured, ...]
    large: tuple[ZooModel, ...]
    most: int


def rendered(bench: ZooBenchmark, form: str) -> str:
    """The measurements as text."""
    if form == "json":
        return to_json(_json(bench))
    if form == "csv":
        return grid_csv(_exact(bench))
    table = plain(_grid(bench)) if form == "table" else markdown(_grid(bench))
    return f"{table}\n{left_out(bench)}\n" if bench.large else table


def left_out(bench: ZooBenchmark) -> str:
    """A line that names the models that were not measured."""
    names = ", ".join(f"{model.name} ({short_count(model.params or 0)})" for model in bench.large)
    return f"left out, of more than {short_count(bench.most)} parameters: {names}"


def _grid(bench: ZooBenchmark) -> Grid:
    peak = any(row.machine for row in bench.rows)
    columns = (
        *(Column("model"), Column("at"), Column("top-1 %", True), Column("parameters", True), Column("MACs", True)),
        *(Column("median", True), Column("GFLOP/s", True)),
        *((Column("of peak", True),) if peak else ()),
    )
    return Grid(columns, tuple(_row(row, peak) for row in bench.rows))


def _row(row: Measured, peak: bool) -> tuple[str, ...]:
    return (
        row.model.name,
        _sizes(row),
        f"{row.model.top1.percent:.4g}" if row.model.top1 else "",
        short_count(row.params),
        "" if row.macs is None else short_count(row.macs),
        short_seconds(row.latency.median),
        "" if row.rate is None else f"{row.rate / 1e9:.3g}",
        *(("" if row.of_peak is None else f"{row.of_peak:.1%}",) if peak else ()),
    )


def _sizes(row: Measured) -> str:
    return " ".join(f"{name}={size}" for name, size in row.sizes.items())


FIELDS = ("model", "at", "top1", "params", "macs", "flops", "median_seconds", "flops_per_second", "of_peak")


def _exact(bench: ZooBenchmark) -> Grid:
    rows = tuple(tuple("" if cell is None else str(cell) for cell in _cells(row)) for row in bench.rows)
    return Grid(tuple(Column(name) for name in FIELDS), rows)


def _cells(row: Measured) -> tuple[str | int | float | None, ...]:
    costs = row.params, row.macs, row.flops
    percent = row.model.top1.percent if row.model.top1 else None
    return (row.model.name, _sizes(row), percent, *costs, row.latency.median, row.rate, row.of_peak)


def _json(bench: ZooBenchmark) -> dict[str, Json]:
    """All numbers in seconds and FLOP/s."""
    return {
        "models": [_entry(row) for row in bench.rows],
        "left_out": [{"model": model.name, "params": model.params} for model in bench.large],
        "limit_params": bench.most,
    }


def _entry(row: Measured) -> dict[str, Json]:
    top1 = row.model.top1
    return {
        "model": row.model.name,
        "bindings": dict(row.sizes),
        "top1": None if top1 is None else {"percent": top1.percent, "source": top1.source},
        "params": row.params,
        "macs": row.macs,
        "flops": row.flops,
        "runs": len(row.latency.times),
        "seconds": {"median": row.latency.median, "mean": row.latency.mean, "min": row.latency.least},
        "flops_per_second": row.rate,
        "of_peak": row.of_peak,
    }
