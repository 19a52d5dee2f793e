"""Models of the zoo compute the same after all rewrites, with random statistics of their batch norms."""

from __future__ import annotations

from pathlib import Path

import pytest
from same_outputs import TOLERANCE, both, gap
from small_zoo import LARGE, SMALL, small

import specc

SPECS = Path(__file__).resolve().parents[2] / "specs"
FOUND = {path.relative_to(SPECS).with_suffix("").as_posix(): path for path in SPECS.glob("*/*") if path.is_file()}


@pytest.mark.parametrize("name", [name for name in FOUND if not name.startswith("std/") and name not in LARGE])
def test_outputs_stay(name: str) -> None:
    parameters, sizes = small(name)
    plain, rewritten = both(specc.load(str(FOUND[name]), **parameters))
    assert gap(plain, rewritten, sizes) <= TOLERANCE


def test_every_name_is_that_of_a_spec() -> None:
    assert set(SMALL) <= set(FOUND)
