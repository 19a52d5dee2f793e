"""Reads the fixtures: cases with a title, a graph as text, and what a pass makes of it or why it does not.

=== title
--- without weights     (only where the weights are inputs of the model)
graph ...
--- after
graph ...
--- refused: reason     (or `--- left alone`)
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from specc.ir.graph import Graph
from specc.ir.text_print import print_graph
from specc.passes.ledger import Ledger
from specc.passes.optimise import optimise
from specc.passes.passes import PASSES
from specc.passes.rewrite import Setting

sys.path.append(str(Path(__file__).parents[1] / "ir"))

from ir_samples import parse

FOLDER = Path(__file__).parent / "fixtures"
_HEAD = re.compile(r"^=== (.*)\n", re.MULTILINE)
_PART = re.compile(r"^--- (.*)\n", re.MULTILINE)


@dataclass(frozen=True)
class Case:
    """`after` is None where the graph stays as it is."""

    name: str
    title: str
    before: str
    after: str | None
    refused: tuple[str, ...]
    with_weights: bool = True

    def run(self) -> tuple[Graph, Ledger]:
        """The graph after the pass alone."""
        (rewrite,) = (one for one in PASSES if one.name == self.name)
        return optimise(parse(self.before), [rewrite], Setting(self.with_weights))


def cases(name: str) -> list[Case]:
    """Those of the pass `name`."""
    _, *parts = _HEAD.split((FOLDER / f"{name}.txt").read_text(encoding="utf-8"))
    return [_case(name, title, text) for title, text in zip(parts[::2], parts[1::2], strict=True)]


def _case(name: str, title: str, text: str) -> Case:
    head, *parts = _PART.split(text)
    marks = dict(zip(parts[::2], parts[1::2], strict=True))
    without = "without weights" in marks
    before = marks["without weights"] if without else head
    refused = tuple(mark.removeprefix("refused: ") for mark in marks if mark.startswith("refused: "))
    return Case(name, title, before, marks.get("after"), refused, not without)


def shown(graph: Graph) -> str:
    """Its text."""
    return print_graph(graph)
