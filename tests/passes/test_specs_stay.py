"""Examples of the repository and of its documentation compute the same after all rewrites, where any is made."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from same_outputs import TOLERANCE, both, difference

import specc

sys.path.append(str(Path(__file__).parents[1]))

from test_docs import EXAMPLES, Example, _inputs, _name, _sizes, _spec, folder

__all__ = ["folder"]
ROOT = Path(__file__).resolve().parents[2]
SPECS = sorted(set((ROOT / "examples" / "specs").glob("*.specc")) - {ROOT / "examples/specs/inception_v3.specc"})
"""But for Inception, which the zoo has, too."""
SMALL = {
    "gpt2": {"vocab": 9, "positions": 16, "width": 16, "layers": 2, "num_heads": 2},
}


def same(spec: specc.Spec) -> bool:
    """Whether something was rewritten; outputs are the same then."""
    plain, rewritten = both(spec)
    graph = plain.resolved.graph
    made = any(entry.applied for entry in rewritten.ledger.entries)
    for step in (1, 2) if made else ():
        given = _inputs(graph, _sizes(graph, step), optional=step > 1)
        assert difference(rewritten.run(given), plain.run(given)) <= TOLERANCE
    return made


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_examples_stay(path: Path) -> None:
    same(specc.load(str(path), **SMALL.get(path.stem, {})))


@pytest.mark.parametrize("part", range(4))
def test_examples_of_the_documentation_stay(part: int, folder: Path) -> None:
    given: list[Example] = [e for e in EXAMPLES if e.is_model and e.error is None and not e.option("file")][part::4]
    made = [_name(example) for example in given if same(_spec(example, folder))]
    assert made
