"""What each pass makes of a graph, as text, and where it refuses."""

from __future__ import annotations

import pytest
from fixtures import FOLDER, Case, cases, shown

from specc.ir.algorithms import dead_nodes
from specc.passes.passes import PASSES

NAMES = [one.name for one in PASSES]
ALL = [case for name in NAMES for case in cases(name)]


@pytest.mark.parametrize("case", ALL, ids=[f"{case.name}: {case.title}" for case in ALL])
def test_it_is_made_as_the_fixture_says(case: Case) -> None:
    graph, ledger = case.run()
    assert shown(graph) == (case.before if case.after is None else case.after)
    assert tuple(sorted({entry.why for entry in ledger.entries if not entry.applied})) == case.refused
    assert (ledger.applied(case.name) > 0) == (case.after is not None)
    assert not dead_nodes(graph)


@pytest.mark.parametrize("name", NAMES)
def test_every_pass_has_a_fixture_with_both(name: str) -> None:
    made = [case.after is not None for case in cases(name)]
    assert any(made) and not all(made)


def test_no_fixture_is_left_over() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(NAMES)
