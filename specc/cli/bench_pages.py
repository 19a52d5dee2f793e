"""Measured latency, and measured beside predicted times of layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.base.jsonable import Json
from specc.report.grid import Column, Grid
from specc.report.record import Report
from specc.report.units import short_bytes, short_rate, short_seconds
from specc.runtime.bench import Latency, LayerTiming

PERCENTILES = (90, 95, 99)


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What was measured: `report` has the costs and predictions of the same sizes, for a spec."""

    model: str
    sizes: Mapping[str, int]
    latency: Latency
    load_seconds: float
    layers: tuple[LayerTiming, ...] = ()
    report: Report | None = None
    arena: int | None = None

    @property
    def rate(self) -> float | None:
        """FLOP/s at the median."""
        if self.report is None or self.report.flops is None:
            return None
        return self.report.flops / self.latency.median

    @property
    def predicted(self) -> float | None:
        """Predicted time of a run."""
        return self.report.roofline.seconds if self.report and self.report.roofline else None


def facts(bench: Benchmark) -> tuple[tuple[str, str], ...]:
    """Words and values, in their order."""
    found = bench.latency
    rows = [
        ("runs", f"{len(found.times):,}"),
        ("median", short_seconds(found.median)),
        ("mean", short_seconds(found.mean)),
        ("min", short_seconds(found.least)),
        *((f"p{percent}", short_seconds(found.percentile(percent))) for percent in PERCENTILES),
        ("throughput", f"{bench.sizes.get('N', 1) / found.median:,.4g} {'items' if 'N' in bench.sizes else 'runs'}/s"),
    ]
    if bench.rate is not None:
        rows.append(("rate", short_rate(bench.rate, "FLOP/s")))
    if bench.predicted is not None:
        error = bench.predicted / found.median - 1
        rows.append(("predicted", f"{short_seconds(bench.predicted)} ({error:+.0%})"))
        rows.append(("of peak", f"{_of_peak(bench):.1%}"))
    if bench.arena is not None:
        rows.append(("arena", short_bytes(bench.arena)))
        use = bench.report.arena if bench.report is not None else None
        if use is not None:
            rows.append(("predicted arena", f"{short_bytes(use.total)} ({use.total / max(bench.arena, 1) - 1:+.0%})"))
    return (*rows, ("loading", short_seconds(bench.load_seconds)), ("process memory", short_bytes(found.peak_bytes)))


def _of_peak(bench: Benchmark) -> float:
    assert bench.report is not None and bench.report.roofline is not None and bench.rate is not None
    return bench.rate / bench.report.roofline.machine.peak["float32"]


class _Expected:
    """Costs of layers, by their paths."""

    def __init__(self, report: Report | None) -> None:
        layers = report.layers if report else ()
        self._places = {layer.path: index for index, layer in enumerate(layers)}
        self._report = report

    def of(self, paths: tuple[str, ...]) -> tuple[int | None, float | None, str]:
        """FLOPs and predicted seconds of some layers, and where the first stands."""
        places = [self._places[path] for path in paths if path in self._places]
        if self._report is None or not places:
            return None, None, ""
        layers = [self._report.layers[place] for place in places]
        roofline = self._report.roofline
        seconds = sum(roofline.layers[place].seconds for place in places) if roofline else None
        return sum(layer.flops or 0 for layer in layers), seconds, layers[0].source


def layer_grid(bench: Benchmark) -> Grid:
    """One row for each kernel or group of kernels, the longest first."""
    columns = (
        *(Column("layers"), Column("kernels"), Column("source"), Column("measured", True), Column("share", True)),
        *(Column("predicted", True), Column("error", True), Column("FLOP/s", True)),
    )
    whole, expected = sum(row.seconds for row in bench.layers), _Expected(bench.report)
    return Grid(columns, tuple(_row(expected, row, whole) for row in bench.layers))


def _row(expected: _Expected, row: LayerTiming, whole: float) -> tuple[str, ...]:
    flops, predicted, source = expected.of(row.origin.layers)
    return (
        _named(row.origin.layers),
        ", ".join(row.kernels),
        source,
        short_seconds(row.seconds),
        f"{row.seconds / whole:.1%}" if whole else "",
        "" if predicted is None else short_seconds(predicted),
        "" if not predicted or not row.seconds else f"{predicted / row.seconds - 1:+.0%}",
        "" if not flops or not row.seconds else short_rate(flops / row.seconds, ""),
    )


def _named(layers: tuple[str, ...]) -> str:
    """`layer1.0.conv1 + bn1 + relu`: paths after the first without what they share with it."""
    if not layers:
        return "(not mapped)"
    first = layers[0]
    stem = first.rpartition(".")[0] + "."
    return " + ".join((first, *(layer.removeprefix(stem) for layer in layers[1:])))


def bench_json(bench: Benchmark) -> dict[str, Json]:
    """All numbers in seconds, bytes and FLOP/s."""
    found = bench.latency
    rows: list[Json] = []
    expected = _Expected(bench.report)
    for row in bench.layers:
        flops, predicted, source = expected.of(row.origin.layers)
        rows.append(
            {
                "layers": list(row.origin.layers),
                "kernels": list(row.kernels),
                "source": source,
                "seconds": row.seconds,
                "predicted_seconds": predicted,
                "flops": flops,
            }
        )
    return {
        "model": bench.model,
        "bindings": dict(bench.sizes),
        "runs": len(found.times),
        "seconds": {
            "median": found.median,
            "mean": found.mean,
            "min": found.least,
            **{f"p{percent}": found.percentile(percent) for percent in PERCENTILES},
        },
        "flops_per_second": bench.rate,
        "predicted_seconds": bench.predicted,
        "load_seconds": bench.load_seconds,
        "process_bytes": found.peak_bytes,
        "arena_bytes": bench.arena,
        "predicted_arena_bytes": bench.report.arena.total if bench.report and bench.report.arena else None,
        "layers": rows,
    }
