"""The arena of onnxruntime, predicted beside what it takes, for models of the zoo at their usual sizes.

    python benchmarks/prediction/arena.py [NAME ...] [--most PARAMETERS]

Each model runs once in a process of its own; how that is measured: `run.py`. Models of more parameters are left out.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from statistics import median

from run import arena_of

import specc
from specc.base.processor import lanes
from specc.report.grid import Column, Grid, markdown
from specc.report.units import short_bytes
from specc.zoo import zoo


def main() -> None:
    """Print the table, the worst first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--most", type=float, default=6e7)
    given = parser.parse_args()
    rows: list[tuple[str, int, int]] = []
    for name, model in zoo().items():
        if given.names and name not in given.names:
            continue
        spec = specc.load(f"zoo:{name}")
        if spec.report().params.total > given.most:
            continue
        predicted = spec.arena_at(model.at, "cpu", lanes=lanes()).total
        measured, inputs = arena_of(f"zoo:{name}", dict(model.at))
        rows.append((name, predicted + inputs, measured + inputs))
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
        gc.collect()
    rows.sort(key=lambda row: -abs(row[1] / row[2] - 1))
    cells = tuple((n, short_bytes(p), short_bytes(m), f"{p / m - 1:+.1%}") for n, p, m in rows)
    heads = ("model", "predicted", "arena", "error")
    print(markdown(Grid(tuple(Column(head, index > 0) for index, head in enumerate(heads)), cells)))
    errors = sorted(abs(predicted / measured - 1) for _, predicted, measured in rows)
    worst = errors[int(0.9 * len(errors))]
    print(f"\n{len(rows)} models, {lanes()} channels a block: median {median(errors):.1%}, 90th percentile {worst:.1%}")


if __name__ == "__main__":
    main()
