"""Made models compute the same with all passes, and without each in turn."""

from __future__ import annotations

from collections import Counter

import pytest
from rewrite_campaign import MAKERS, one

from specc.passes.passes import PASSES


@pytest.mark.parametrize("maker", MAKERS, ids=lambda maker: maker.__name__)
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_made_models_stay(maker, first: int) -> None:
    counts: Counter[str] = Counter()
    for seed in range(first, first + 10):
        assert one(maker(seed), seed % 2 == 0, counts) == []
    assert counts["models"] >= 8


def test_every_pass_is_made_in_some_made_model() -> None:
    counts: Counter[str] = Counter()
    for seed in range(40, 110):
        one(MAKERS[0](seed), False, counts)
    assert {rewrite.name for rewrite in PASSES} <= set(counts)
