"""The page `docs/onnx-node-tests.md`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import node_record
from node_outcomes import Reason
from node_tests import node_tests
from node_ways import Outcome

WAYS: Mapping[str, str] = {"layers": "through layers", "names": "by name"}
INTRO = """# The node tests of ONNX

Made by `make node-tests`, which takes the {total:,} node tests of the ONNX project (`onnx.backend.test`, onnx
{version}), one operator each, through specc and onnxruntime, two ways:

- **through layers**: the node is translated into a spec of layers, its attributes into theirs, its tensors into inputs
  and weights as PyTorch lays them out, and the spec is compiled for opset 21 and for opset 23;
- **by name**: the node is written as `onnx.OpName(...)`, and the spec is compiled for the first two of the opsets 21,
  23 and 24 that have it in this form; where the runtime has no kernel for the second, the first decides.

A test passes when every output has the expected shape and element type and agrees within the test's own tolerance, 1e-3
relative and 1e-7 absolute; `to 1e-5` counts those that also agree within 1e-5, relative and absolute. A test that is
not run, or that cannot pass, has one of the reasons below. Where onnxruntime is the reason, the node was also run
without specc, and failed too.

"""


def table() -> str:
    """The page, from what was recorded."""
    from onnx import __version__

    parts = [INTRO.format(total=len(node_tests()), version=__version__), _totals(), _reasons(), _operators()]
    for way in WAYS:
        parts.append(_details(way))
    return "".join(parts)


def _rows(*rows: Iterable[str]) -> str:
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _totals() -> str:
    rows = [("way", "tests", "passed", "to 1e-5", "left out"), ("---",) * 5]
    for way, title in WAYS.items():
        outcomes = _all(way)
        passed = [outcome for outcome in outcomes if not outcome.reason]
        tight = sum(outcome.tight for outcome in passed)
        rows.append((title, *map(str, (len(outcomes), len(passed), tight, len(outcomes) - len(passed)))))
    return _rows(*rows) + "\n"


def _all(way: str) -> list[Outcome]:
    """The outcomes of one way, function bodies included."""
    bodies = [Outcome("", Reason.EXPANDED.name) for test in node_tests() if test.is_body]
    return [*node_record.ended(way).values(), *bodies]


def _reasons() -> str:
    counts = {way: Counter(outcome.reason for outcome in _all(way)) for way in WAYS}
    rows = [("left out for", *WAYS.values()), ("---",) * 3]
    for reason in Reason:
        found = tuple(str(counts[way][reason.name]) for way in WAYS)
        rows.append((reason.value, *found))
    return "## Reasons\n\n" + _rows(*rows) + "\n"


def _operators() -> str:
    columns = ("tests", *(f"{word} {title}" for title in WAYS.values() for word in ("passed", "left out")))
    rows = [("operator", *columns), ("---",) * (1 + len(columns))]
    for operator in sorted({outcome.operator for way in WAYS for outcome in node_record.ended(way).values()}):
        rows.append((f"`{operator}`", *_operator_row(operator)))
    return "## Operators\n\nThe bodies of functions are not counted here.\n\n" + _rows(*rows) + "\n"


def _operator_row(operator: str) -> Iterator[str]:
    for index, way in enumerate(WAYS):
        found = [outcome for outcome in node_record.ended(way).values() if outcome.operator == operator]
        passed = sum(not outcome.reason for outcome in found)
        if index == 0:
            yield str(len(found))
        yield str(passed)
        yield str(len(found) - passed)


def _details(way: str) -> str:
    """What stands in the way of each test that is left out, and of how many."""
    counts = Counter((outcome.reason, outcome.detail) for outcome in node_record.ended(way).values() if outcome.reason)
    lines = [f"## Left out {WAYS[way]}\n"]
    for reason in Reason:
        details = sorted((detail, count) for (name, detail), count in counts.items() if name == reason.name)
        if details:
            lines.append(f"\n{reason.value.capitalize()}:\n\n")
            lines += [f"- {detail or 'all'} ({count})\n" for detail, count in details]
    return "".join(lines) + "\n"
