"""Ratios of what was measured, their intervals, and the tables."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
RESAMPLES = 4000


@dataclass(frozen=True)
class Result:
    """One net with one number of threads: seconds of each contender in each launch, a median over its rounds (in each
    round, where there was one launch), the first variant of ours first, relative errors beside PyTorch, who is missing,
    with the reason, and the part of the turns in which other processes took more than a tenth of a core."""

    net: str
    batch: int
    threads: int
    rounds: int
    ours: tuple[str, ...]
    times: dict[str, list[float]]
    errors: dict[str, float]
    missing: dict[str, str]
    disturbed: float = 0.0
    launches: int = 1

    @property
    def peers(self) -> list[str]:
        """Contenders that are not ours, the fastest first."""
        return sorted((name for name in self.times if name not in self.ours), key=self.median)

    def median(self, name: str) -> float:
        """Median seconds of a contender."""
        return float(np.median(self.times[name]))


def ratio(above: list[float], below: list[float]) -> tuple[float, float, float]:
    """Median of the ratios of the launches, and the 95 % interval of that median by resampling these."""
    pairs = np.array(above) / np.array(below)
    drawn = np.random.default_rng(0).integers(0, len(pairs), (RESAMPLES, len(pairs)))
    low, high = np.quantile(np.median(pairs[drawn], axis=1), (0.025, 0.975))
    return float(np.median(pairs)), float(low), float(high)


def shown(three: tuple[float, float, float]) -> str:
    """`1.08 (1.05 to 1.11)`."""
    return f"{three[0]:.2f} ({three[1]:.2f} to {three[2]:.2f})"


def milliseconds(seconds: float) -> str:
    """Three significant digits."""
    return f"{seconds * 1e3:#.3g}".rstrip(".")


def summary(result: Result) -> str:
    """The contenders of one result, the fastest first, with their times divided by those of the first of ours."""
    first = result.ours[0]
    lines = [f"{result.net}, batch {result.batch}, {result.threads} threads, {100 * result.disturbed:.0f} % disturbed"]
    for name in sorted(result.times, key=result.median):
        mark = "*" if name in result.ours else " "
        compared = shown(ratio(result.times[name], result.times[first]))
        lines.append(f"  {mark} {name:<17} {milliseconds(result.median(name)):>6} ms  {compared}")
    return "\n".join([*lines, *(f"    {name}: {reason}" for name, reason in result.missing.items())])


def overview(results: list[Result]) -> list[str]:
    """One row for each result: each of ours beside the best peer."""
    ours = list(dict.fromkeys(name for result in results for name in result.ours))
    heads = " | ".join(f"best peer / {name}" for name in ours)
    rows = [
        f"| net | batch | threads | launches | disturbed | best peer | its ms | {heads} |",
        "|---" * (7 + len(ours)) + "|",
    ]
    for one in results:
        best = one.peers[0] if one.peers else ""
        cells = [shown(ratio(one.times[best], one.times[name])) if best and name in one.times else "" for name in ours]
        time_ = milliseconds(one.median(best)) if best else ""
        disturbed = f"{100 * one.disturbed:.0f} %"
        row = (one.net, one.batch, one.threads, one.launches, disturbed, best, time_, *cells)
        rows.append(f"| {' | '.join(map(str, row))} |")
    return rows


def counted(result: Result) -> str:
    """`7 launches of 5 rounds`."""
    return f"{result.launches} launch{'es' if result.launches > 1 else ''} of {result.rounds} rounds"


def details(result: Result) -> list[str]:
    """All contenders of one result."""
    first = result.ours[0]
    rows = [
        f"### {result.net}, batch {result.batch}, {result.threads} threads, {counted(result)}",
        "",
        f"{100 * result.disturbed:.0f} % of the turns disturbed by other processes.",
        "",
        f"| contender | median ms | time / {first} | fastest ms | the same | error beside PyTorch |",
        "|---|---|---|---|---|---|",
    ]
    for name in sorted(result.times, key=result.median):
        bold = f"**{name}**" if name in result.ours else name
        compared = shown(ratio(result.times[name], result.times[first]))
        least, of_first = min(result.times[name]), min(result.times[first])
        rows.append(
            f"| {bold} | {milliseconds(result.median(name))} | {compared} | {milliseconds(least)} "
            f"| {least / of_first:.2f} | {result.errors[name]:.0e} |"
        )
    missing = [f"- {name}: {reason}" for name, reason in result.missing.items() if reason != "does not apply"]
    return [*rows, "", *missing, *([""] if missing else [])]


def machine() -> str:
    """Processor and cores."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores"


def versions(python: str) -> str:
    """Versions of the peers' packages."""
    code = (
        "from importlib.metadata import version as v\n"
        "print(', '.join(f'{n} {v(n)}' for n in "
        "['torch', 'onnxruntime', 'onnxscript', 'onnxslim', 'transformers', 'torchvision']))"
    )
    return subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def add_results(path: Path, new: list[Result], python: str) -> None:
    """Put results into the JSON file, in place of older ones of the same net, and write the tables beside it."""
    known: dict[str, dict[str, object]] = json.loads(path.read_text())["results"] if path.exists() else {}
    for result in new:
        known[f"{result.net} n{result.batch} t{result.threads}"] = {**asdict(result), "date": time.strftime("%Y-%m-%d")}
    about = {"machine": machine(), "peers": versions(python)}
    path.write_text(json.dumps({**about, "results": known}, indent=None, separators=(",", ":")) + "\n")
    results = [read_result(entry) for entry in known.values()]
    date = max(str(entry["date"]) for entry in known.values())
    path.with_suffix(".md").write_text("\n".join(page(results, about, date)))


def read_result(entry: dict[str, object]) -> Result:
    """A result as the JSON file has it."""
    fields = {key: value for key, value in entry.items() if key != "date"}
    fields["ours"] = tuple(fields["ours"])  # type: ignore[arg-type]
    return Result(**fields)  # type: ignore[arg-type]


def page(results: list[Result], about: dict[str, str], date: str) -> list[str]:
    """The whole page."""
    return [
        "# Latency beside the best peer",
        "",
        f"{date}, {about['machine']}. Peers: {about['peers']}. float32, but for `int8`.",
        "Above 1, the compiled model is faster than the fastest peer. Intervals: 95 %, by resampling the launches.",
        "How it is measured: [README.md](README.md).",
        "",
        *overview(results),
        "",
        "## All contenders",
        "",
        *(line for result in results for line in details(result)),
    ]
