"""How long a model takes: latency over many runs, and the time of each of its layers by the runtime's profiler."""

from __future__ import annotations

import json
import resource
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from tempfile import TemporaryDirectory

from specc.emit.trace import Origin, nested_nodes, origins
from specc.runtime.session import Session, SessionSettings, open_profiled
from specc.weights.arrays import Array

LEAST_RUNS = 5


@dataclass(frozen=True, slots=True)
class Latency:
    """Times of the runs in seconds, in their order; `peak_bytes` is the most memory that the process has held."""

    times: tuple[float, ...]
    peak_bytes: int

    @property
    def mean(self) -> float:
        """Arithmetic mean."""
        return fmean(self.times)

    @property
    def median(self) -> float:
        """Middle time."""
        return median(self.times)

    @property
    def least(self) -> float:
        """Shortest time."""
        return min(self.times)

    def percentile(self, percent: int) -> float:
        """Time that `percent` of 100 runs do not exceed, interpolated."""
        place = (len(self.times) - 1) * percent / 100
        ordered, below = sorted(self.times), int(place)
        above = min(below + 1, len(ordered) - 1)
        return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class LayerTiming:
    """Median time of one run that the kernels of some layers took, which the runtime has made one of."""

    origin: Origin
    seconds: float
    kernels: tuple[str, ...]


def latency(session: Session, inputs: Mapping[str, Array], seconds: float, runs: int | None, warmup: int) -> Latency:
    """Run for `seconds`, or `runs` times, after `warmup` runs that do not count."""
    session.run(inputs)
    given = session.fed(inputs)
    for _ in range(max(0, warmup - 1)):
        session.native.run(None, given)
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < (runs or LEAST_RUNS) or (runs is None and time.perf_counter() < end):
        start = time.perf_counter()
        session.native.run(None, given)
        times.append(time.perf_counter() - start)
    return Latency(tuple(times), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def layer_timings(
    model: Path | bytes, settings: SessionSettings, inputs: Mapping[str, Array], runs: int
) -> tuple[LayerTiming, ...]:
    """Times by layer, of `runs` runs with the profiler; the longest first. The time of a loop has that of its body."""
    with TemporaryDirectory(prefix="specc-") as folder:
        optimised = Path(folder) / "optimised.onnx"
        session = open_profiled(model, settings, optimised, Path(folder) / "profile")
        for _ in range(runs):
            session.run(None, dict(inputs))
        events = json.loads(Path(session.end_profiling()).read_text())
        found, inside = origins(model, optimised), nested_nodes(optimised)
    by_origin: dict[Origin, dict[str, list[float]]] = {}
    for event in events:
        if event.get("cat") != "Node" or not event["name"].endswith("_kernel_time"):
            continue
        name = event["name"].removesuffix("_kernel_time")
        if name in inside:
            continue
        kernels = by_origin.setdefault(found.get(name, Origin(())), {})
        kernels.setdefault(f"{event['args']['op_name']} {name}", []).append(event["dur"] / 1e6)
    rows = (LayerTiming(origin, _per_run(kernels, runs), _operators(kernels)) for origin, kernels in by_origin.items())
    return tuple(sorted(rows, key=lambda row: -row.seconds))


def _per_run(kernels: Mapping[str, list[float]], runs: int) -> float:
    """Sum of the median times of the kernels, each as often as it runs in one run."""
    return sum(median(times) * max(1, round(len(times) / runs)) for times in kernels.values())


def _operators(kernels: Mapping[str, list[float]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.partition(" ")[0] for name in kernels))
