"""Predicted beside measured: time and peak memory of activations of twelve nets on this machine.

    python benchmarks/prediction/run.py [TARGET.yaml]

Without a file the machine is measured first. A time is the one that a tenth of the runs do not take. Memory is what the
runtime's arena has asked the system for in the first run, with no more than each tensor needs and without weights, and
what `specc report --arena` says; the inputs, which belong to the caller, are added to both. Each arena is in a process
of its own.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime as ort

import specc
from specc.base.processor import lanes
from specc.base.targets import load_target
from specc.measure import measured_machine, processor, target_text
from specc.report.grid import Column, Grid, markdown
from specc.report.units import short_bytes, short_rate, short_seconds
from specc.runtime.bench import latency
from specc.runtime.logged_arena import logged_arena
from specc.runtime.session import Session
from specc.runtime.values import parse_input

HERE = Path(__file__).parent
NETS: dict[str, dict[str, int]] = {
    "zoo:lenet5": {"N": 1},
    "zoo:resnet18": {"N": 1},
    "zoo:resnet50": {"N": 1},
    "zoo:lstm_lm": {"N": 1, "T": 32},
    "zoo:bert_base": {"N": 1, "T": 64},
    "zoo:minilm": {"N": 1, "T": 64},
    "vgg": {"N": 1},
    "mobile": {"N": 1},
    "gru": {"N": 1, "T": 64},
    "mlp": {"N": 16},
    "unet": {"N": 1},
    "decoder": {"N": 1, "T": 64},
}


@dataclass(frozen=True)
class Row:
    """One net: seconds and bytes, predicted and measured."""

    name: str
    predicted: float
    measured: float
    peak: int
    arena: int

    @property
    def time_error(self) -> float:
        """Part of the measured time by which the prediction is too long."""
        return self.predicted / self.measured - 1

    @property
    def memory_error(self) -> float:
        """Part of the arena by which the prediction is too large."""
        return self.peak / self.arena - 1


def opened(name: str) -> specc.Spec:
    """A net of the zoo, or of this folder."""
    return specc.load(name if name.startswith("zoo:") else str(HERE / f"{name}.specc"))


def inputs_of(session: Session, sizes: dict[str, int]) -> dict[str, np.ndarray]:
    """A random array for each input."""
    return dict(parse_input(f"{port.name}=random", session.inputs, sizes) for port in session.inputs)


def measured(name: str, target: str) -> Row:
    """Predict and measure one net."""
    spec, sizes = opened(name), NETS[name]
    session = spec.compile(target="cpu").session()
    given = inputs_of(session, sizes)
    times = latency(session, given, 2, None, 3).times
    report = spec.report_at(sizes, target)
    assert report.roofline is not None
    arena, fed = arena_of(name, sizes)
    predicted = spec.arena_at(sizes, target, lanes=lanes()).total
    return Row(name, report.roofline.seconds, quantiles(times, n=10)[0], predicted + fed, arena + fed)


def arena_of(name: str, sizes: dict[str, int]) -> tuple[int, int]:
    """Bytes that the arena asks for in a first run, and bytes of the inputs."""
    session = opened(name).compile(target="cpu").session()
    given = inputs_of(session, sizes)
    return logged_arena(session.model, session.fed(given)), sum(array.nbytes for array in given.values())


def main(target: str | None) -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        if target is None:
            target = str(Path(folder) / "measured.yaml")
            Path(target).write_text(target_text(measured_machine(), "measured"))
        rows = [measured(name, target) for name in NETS]
        machine = load_target(target).machine
    heads = ("net", "predicted", "measured", "error", "arena predicted", "arena", "error")
    cells = tuple(
        (
            *(row.name, short_seconds(row.predicted), short_seconds(row.measured), f"{row.time_error:+.0%}"),
            *(short_bytes(row.peak), short_bytes(row.arena), f"{row.memory_error:+.0%}"),
        )
        for row in rows
    )
    print(f"{datetime.now(UTC):%d %B %Y}, {processor()}, onnxruntime {ort.__version__}")
    if machine is not None:
        rates = short_rate(machine.peak["float32"], "FLOP/s"), short_rate(machine.conv_peak["float32"], "FLOP/s")
        print(f"products {rates[0]}, convolutions {rates[1]}, memory {short_rate(machine.bandwidth, 'B/s')}")
    print("\n" + markdown(Grid(tuple(Column(head, index > 0) for index, head in enumerate(heads)), cells)))
    for what, errors in (("time", [abs(r.time_error) for r in rows]), ("memory", [abs(r.memory_error) for r in rows])):
        worst = sorted(errors)[int(0.9 * len(errors))]
        print(f"error of {what}: median {median(errors):.0%}, 90th percentile {worst:.0%}")
    print(json.dumps({row.name: [row.predicted, row.measured, row.peak, row.arena] for row in rows}), file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
