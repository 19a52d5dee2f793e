"""Patterns of weight rules: those that published checkpoints need, and those that never end."""

from __future__ import annotations

import re
import time

import pytest

from specc.base.patterns import pattern_problem, quietly_compiled, takes_too_long

USED = (
    r"module\.(.*)", r"(.*)\.gamma", r"bert\.encoder\.layer\.(\d+)\.attention\.self\.(query|key|value)\.(weight|bias)",
    r"h\.(\d+)\.(ln_[12]|mlp|attn)\.(.*)", r"(?:model\.)?(.*)\.num_batches_tracked", r"[a-z_]+\.\d{1,3}\.(?P<rest>.+?)",
    r"^transformer\.(.*)$", r"\(a\)\|\*", r"[*+(|)]*x", r"a{2}b{1,}", r"",
)  # fmt: skip
REFUSED = (
    r"(a+)+", r"(a*)*b", r"(a|b)*", r"(?:a|b)+c", r"((a?)b)*", r"(a)\1", r"(?=a)b", r"(?i)a", r"(?P=x)", ".*" * 9,
)  # fmt: skip


@pytest.mark.parametrize("pattern", USED)
def test_patterns_in_use_are_allowed(pattern: str) -> None:
    re.compile(pattern)
    assert pattern_problem(pattern) is None
    assert not takes_too_long(pattern, 120)


@pytest.mark.parametrize("pattern", REFUSED)
def test_patterns_that_may_never_end_are_refused(pattern: str) -> None:
    assert pattern_problem(pattern) is not None
    assert takes_too_long(pattern, 10)


@pytest.mark.parametrize(("pattern", "length"), [(".*.*.*x", 450), (".*.*.*.*.*x", 60), ("a?" * 12 + "a*x", 4000)])
def test_what_is_allowed_ends_soon(pattern: str, length: int) -> None:
    assert not takes_too_long(pattern, length)
    assert takes_too_long(pattern, 100 * length)
    start = time.process_time()
    assert re.fullmatch(pattern, "a" * length) is None
    assert time.process_time() - start < 2


def test_no_warnings_of_python(recwarn: pytest.WarningsRecorder) -> None:
    assert quietly_compiled("[[a]b").fullmatch("[b")
    assert not recwarn.list
