"""`results.md` from `results.json` and the reports of the zoo: `.venv/bin/python benchmarks/counters/table.py`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import specc
from specc.analysis.bindings import Binder
from specc.analysis.conventions.registry import CONVENTIONS
from specc.report.grid import Column, Grid, markdown
from specc.zoo import zoo_model

sys.path.insert(0, str(Path(__file__).parent))

from counted_cases import PUBLISHED_OTHERWISE

HERE = Path(__file__).parent
OTHERS = ("calflops", "onnx-tool")


def ratio(said: int | str, macs: int) -> str:
    """What a counter said, as a part of the MACs; `=` where it is the same."""
    if isinstance(said, str):
        return "fails"
    return "=" if said == macs else f"{said / macs:.4f}"


def main() -> None:
    """Write the table, and a line for each number that a convention does not give."""
    results = json.loads((HERE / "results.json").read_text())
    rows, misses, failures = [], [], []
    for net, said in results["nets"].items():
        model = zoo_model(net)
        spec = specc.load(f"zoo:{net}")
        macs = spec.report(**model.at).macs
        assert macs is not None
        tallies = {one.convention.package: Binder(model.at).value(one.counted) for one in spec.counted_by(CONVENTIONS)}
        cells = [ratio(said[name], macs) + ("" if tallies[name] == said[name] else " \u2020") for name in CONVENTIONS]
        misses += [
            f"{net}, {name}: {said[name]:,}, the convention gives {tallies[name]:,}: {PUBLISHED_OTHERWISE[net, name]}"
            for name in CONVENTIONS
            if isinstance(said[name], int) and tallies[name] != said[name]
        ]
        failures += [f"{net}, {name}: {text}" for name, text in said.items() if isinstance(text, str)]
        rows.append((net, f"{macs:,}", *cells, *(ratio(said[name], macs) for name in OTHERS)))
    columns = (Column("net"), Column("MACs", True), *(Column(name, True) for name in (*CONVENTIONS, *OTHERS)))
    head = (HERE / "head.md").read_text()
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    text = f"{head}\n{markdown(Grid(columns, tuple(rows)))}\n{versions}.\n"
    for title, lines in (("\u2020 Numbers that `--convention` does not give", misses), ("Failures", failures)):
        text += f"\n{title}: {'none' if not lines else ''}\n" + "".join(f"- {line}\n" for line in lines)
    (HERE / "results.md").write_text(text)


main()
