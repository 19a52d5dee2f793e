"""Which of several ONNX forms of the same computation runs fastest on this CPU.

    python benchmarks/latency/forms.py [--groups attention_128 ...] [--threads 2 1] [--rounds 21]

Forms of a group share weights and inputs. Each has a process of its own, as in `run.py`; one whose result is not that
of the first is not timed. A ratio is the time of the first, which is what is emitted today, divided by the
time of the form: above 1, the form is faster. Results go to `forms.json`; `forms.md` is written from it, after what
`forms_notes.md` says.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from form_attention import Form, encoder, sequence, with_past
from form_layers import LAYERS
from form_nets import NETS, Stored
from processes import Contender, Worker
from run import difference, turns
from table import machine, milliseconds, ratio, shown

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-4
Group = Callable[[], Iterator[Form | tuple[str, Stored, tuple[str, ...], dict[str, str]]]]
GROUPS: dict[str, Group] = {
    "attention_128": lambda: encoder(sequence(128), "plain"),
    "attention_512": lambda: encoder(sequence(512), "plain"),
    "attention_197": lambda: encoder(sequence(197), "plain"),
    "attention_mask_128": lambda: encoder(sequence(128, True), "masked"),
    "attention_mask_512": lambda: encoder(sequence(512, True), "masked"),
    "attention_causal_128": lambda: encoder(sequence(128), "causal"),
    "attention_causal_512": lambda: encoder(sequence(512), "causal"),
    "attention_past_127": lambda: with_past(127),
    "attention_past_1000": lambda: with_past(1000),
    **LAYERS,
    **NETS,
}


def measured(group: str, threads: int, rounds: int, folder: Path) -> tuple[dict[str, list[float]], dict[str, str]]:
    """Seconds of each form in each round, the first form first, and those that failed."""
    workers: list[Worker] = []
    missing: dict[str, str] = {}
    names: dict[str, str] = {}
    expected = folder / "expected.npz"
    expected.unlink(missing_ok=True)
    for place, (name, builder, outputs, options) in enumerate(GROUPS[group]()):
        model, feeds, made = folder / f"form{place}.onnx", folder / f"feeds{place}.npz", folder / "made.npz"
        builder.save(model, outputs)
        np.savez(feeds, **builder.inputs)
        one = Contender(f"form{place}", "ort", str(model), sys.executable, group, str(feeds), threads, 0, options)
        worker = Worker(one, folder)
        try:
            worker.ask({"do": "outputs", "path": str(made)})
        except RuntimeError as problem:
            missing[name] = str(problem)[-240:]
            worker.close()
            continue
        if not expected.exists():
            made.rename(expected)
        elif (error := difference(made, expected)) > TOLERANCE:
            missing[name] = f"differs by {error:.1e}"
            worker.close()
            continue
        workers.append(worker)
        names[one.name] = name
    try:
        times, _ = turns(workers, rounds, 0.05)
        return {names[key]: taken for key, taken in times.items()}, missing
    finally:
        for worker in workers:
            worker.close()


def table(key: str, entry: dict[str, object]) -> list[str]:
    """The forms of a group, the fastest first."""
    times: dict[str, list[float]] = entry["times"]  # type: ignore[assignment]
    missing: dict[str, str] = entry["missing"]  # type: ignore[assignment]
    first = next(iter(times))
    rows = [f"### {key}", "", "| form | median ms | first / form | fastest ms | the same |", "|---|---|---|---|---|"]
    medians = {name: float(np.median(taken)) for name, taken in times.items()}
    fastest = {name: min(taken) for name, taken in times.items()}
    for name in sorted(times, key=lambda name: fastest[name]):
        rows.append(
            f"| {name} | {milliseconds(medians[name])} | {shown(ratio(times[first], times[name]))} "
            f"| {milliseconds(fastest[name])} | {fastest[first] / fastest[name]:.2f} |"
        )
    return [*rows, "", *(f"- {name}: {reason}" for name, reason in missing.items()), *([""] if missing else [])]


def main() -> None:
    """Measure, print, write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--groups", nargs="*", default=list(GROUPS), choices=list(GROUPS))
    parser.add_argument("--threads", nargs="*", type=int, default=[2, 1])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--scratch", type=Path, default=Path("/tmp/latency/forms"))
    given = parser.parse_args()
    given.scratch.mkdir(parents=True, exist_ok=True)
    path = HERE / "forms.json"
    known: dict[str, dict[str, object]] = json.loads(path.read_text()) if path.exists() else {}
    for group in given.groups:
        for threads in given.threads:
            times, missing = measured(group, threads, given.rounds, given.scratch)
            key = f"{group}, {threads} threads"
            known[key] = {"times": times, "missing": missing, "date": time.strftime("%Y-%m-%d"), "on": machine()}
            print("\n".join(table(key, known[key])), flush=True)
            path.write_text(json.dumps(known, separators=(",", ":")) + "\n")
            notes = (HERE / "forms_notes.md").read_text() if (HERE / "forms_notes.md").exists() else ""
            tables = [line for key, entry in sorted(known.items()) for line in table(key, entry)]
            (HERE / "forms.md").write_text(notes + "\n".join(tables))


if __name__ == "__main__":
    main()
