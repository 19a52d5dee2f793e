"""All properties over many made specs; `python tests/generated/campaign.py FIRST COUNT` prints what fails."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from properties import (
    accepted,
    digest,
    formatting_keeps_it,
    it_computes_what_onnx_says,
    it_runs,
    its_graph_reads_back,
    macs_are_those_of_the_nodes,
    parameters_are_counted_once,
    the_runtime_rewrites_it_rightly,
)
from slipped import slipped
from spec_maker import make_spec

INDEXED = ("gather", "take_along_dim", "scatter", "index_add")
"""Layers whose indices may fail when the model runs."""


def one(seed: int, folder: Path, counts: Counter[str]) -> None:
    """Every property of one spec."""
    text = make_spec(seed)
    slip = slipped(text, seed)
    if not any(name in slip for name in INDEXED):
        changed = accepted(slip)
        counts["slips rejected"] += changed is None
        if changed:
            it_runs(changed, seed)
    made = accepted(text)
    if made is None:
        counts["rejected"] += 1
        return
    it_runs(made, seed)
    the_runtime_rewrites_it_rightly(made, seed)
    counts["runs compared with the reference"] += it_computes_what_onnx_says(made, seed)
    counts["MACs counted by nodes"] += macs_are_those_of_the_nodes(made, seed)
    formatting_keeps_it(text)
    its_graph_reads_back(made.graph)
    parameters_are_counted_once(made)
    if seed % 10 == 0:
        assert digest(text, folder) == digest(text, folder)


def main(first: int, count: int) -> int:
    """Exit status: 1 where something fails."""
    counts: Counter[str] = Counter()
    with TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            try:
                one(seed, Path(folder), counts)
            except Exception as error:
                counts["failed"] += 1
                print(f"{seed}: {type(error).__name__}: {str(error)[:300]}", flush=True)
    print(f"{count} specs:", ", ".join(f"{number} {name}" for name, number in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
