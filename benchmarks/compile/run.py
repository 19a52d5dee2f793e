"""What the tool itself costs: `specc compile` beside `torch.onnx.export`, in cold processes, and compile time by depth.

    python benchmarks/compile/run.py [--runs 5] [--skip-torch]

Every run is a process of its own, the two sides in turn. Times are wall-clock seconds, memory the peak of the process
as the operating system counts it. Both sides write seeded weights to disk. Results go to
`benchmarks/compile/results.md`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMAND, TODAY = "python benchmarks/compile/run.py", "%Y-%m-%d"
NETS = ("resnet50", "minilm", "lstm_lm")
DEPTHS = (100, 300, 1000, 3000, 10000)


@dataclass(frozen=True)
class Run:
    """One finished process: wall seconds and peak bytes."""

    seconds: float
    bytes: int


def run(command: Sequence[str]) -> Run:
    """Run `command` to its end; it must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        sys.exit(f"{' '.join(command)} failed:\n{errors.decode()[-2000:]}")
    return Run(seconds, usage.ru_maxrss * 1024)


def median(runs: Sequence[Run]) -> Run:
    """Medians of time and of memory."""
    return Run(statistics.median(r.seconds for r in runs), int(statistics.median(r.bytes for r in runs)))


def spread(values: Sequence[float]) -> str:
    """Smallest and largest."""
    return f"{min(values):.2f} to {max(values):.2f}"


def beside_torch(folder: Path, runs: int) -> list[str]:
    """Rows of the comparison, one for each net."""
    rows = []
    for net in NETS:
        ours, theirs = [], []
        for _ in range(runs):
            for old in folder.glob("*.onnx*"):
                old.unlink()
            ours.append(run([specc(), "compile", f"zoo:{net}", "-o", str(folder / "ours.onnx")]))
            theirs.append(run([sys.executable, str(HERE / "torch_export.py"), net, str(folder / "theirs.onnx")]))
        a, b = median(ours), median(theirs)
        ratios = [y.seconds / x.seconds for x, y in zip(ours, theirs, strict=True)]
        rows.append(
            f"| {net} | {a.seconds:.2f} s | {b.seconds:.2f} s | {statistics.median(ratios):.1f}x ({spread(ratios)}) "
            f"| {a.bytes / 2**20:.0f} MiB | {b.bytes / 2**20:.0f} MiB | {a.bytes / b.bytes:.2f} |"
        )
        print(rows[-1], flush=True)
    return rows


def deep_spec(depth: int) -> str:
    """A net of `depth` layers: linear and relu in turn, with a residual sum every four."""
    return f"""model deep
input x: float32[N, 16]
for i in range({depth // 5}):
    y = x -> linear(16) as a{{i}} -> relu -> linear(16) as b{{i}} -> relu
    x = x + y
output y = x
"""


def by_depth(folder: Path, runs: int) -> list[str]:
    """Rows of the curve: whole `specc compile` and `specc check` processes."""
    rows = []
    for depth in DEPTHS:
        spec = folder / f"deep{depth}.specc"
        spec.write_text(deep_spec(depth))
        check = median([run([specc(), "check", str(spec)]) for _ in range(runs)])
        made = median([run([specc(), "compile", str(spec), "-o", str(folder / "deep.onnx")]) for _ in range(runs)])
        per_layer = 1e3 * made.seconds / depth
        rows.append(
            f"| {depth:,} | {check.seconds:.2f} s | {made.seconds:.2f} s | {per_layer:.3f} ms "
            f"| {made.bytes / 2**20:.0f} MiB |"
        )
        print(rows[-1], flush=True)
    return rows


def cold_check(runs: int) -> str:
    """Wall time of a cold `specc check zoo:lenet5`."""
    times = [run([specc(), "check", "zoo:lenet5"]).seconds for _ in range(2 * runs)]
    return f"`specc check zoo:lenet5`, cold: median {statistics.median(times):.2f} s ({spread(times)}), {2 * runs} runs"


def specc() -> str:
    """The command beside this Python."""
    return str(Path(sys.executable).with_name("specc"))


def main() -> None:
    """Measure, print, write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--skip-torch", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        check = cold_check(options.runs)
        print(check, flush=True)
        curve = by_depth(folder, max(options.runs // 2, 1))
        nets = [] if options.skip_torch else beside_torch(folder, options.runs)
    text = [
        "# Cost of the tool",
        "",
        f"`{COMMAND} --runs {options.runs}`, {os.cpu_count()} cores, {time.strftime(TODAY)}.",
        "Cold processes, wall-clock medians; the two sides take turns, the ratio is the median over the pairs",
        "(smallest to largest). The peer is `torch.onnx.export` (dynamo) of torch 2.13.0 on the same nets, seeded.",
        "",
        check,
        "",
        "| net | specc compile | torch.onnx.export | ratio | specc memory | torch memory | memory ratio |",
        "|---|---|---|---|---|---|---|",
        *nets,
        "",
        "| layers | specc check | specc compile | compile per layer | memory |",
        "|---|---|---|---|---|",
        *curve,
        "",
    ]
    (HERE / "results.md").write_text("\n".join(text))


if __name__ == "__main__":
    main()
