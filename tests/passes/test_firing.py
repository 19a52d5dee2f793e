"""Every pass is made in a spec that runs, and its outputs stay."""

from __future__ import annotations

import pytest
from firing import FIRING
from same_outputs import TOLERANCE, both, gap, two_bindings

import specc
from specc.passes.passes import PASSES


@pytest.mark.parametrize("name", [one.name for one in PASSES])
def test_it_is_made_and_outputs_stay(name: str) -> None:
    text, times = FIRING[name]
    spec = specc.loads(f"model fires\n{text}\n", syntax="text")
    plain, rewritten = both(spec)
    assert rewritten.ledger.applied(name) == times
    assert gap(plain, rewritten, two_bindings(plain.resolved.graph)) <= TOLERANCE
    _, without = both(spec, without=[name])
    assert without.ledger.applied(name) == 0
    assert gap(plain, without, two_bindings(plain.resolved.graph)) <= TOLERANCE


def test_every_pass_has_a_spec() -> None:
    assert set(FIRING) == {one.name for one in PASSES}
