"""Every mistake is in the reference, under a code of its own, with all that `specc explain` shows."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pkgutil import walk_packages

import pytest

import specc
from specc.base.diagnostics import Mistake
from specc.mistakes import explanation, mistakes


def subclasses(kind: type[Mistake]) -> set[type[Mistake]]:
    return {kind}.union(*(subclasses(child) for child in kind.__subclasses__()))


def declared() -> list[type[Mistake]]:
    """The mistakes of the program: those whose module is part of it."""
    for module in walk_packages(specc.__path__, "specc."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
    found = subclasses(Mistake) - {Mistake}
    return sorted((m for m in found if m.__module__.startswith("specc.")), key=lambda m: m.__name__)


def test_each_code_is_used_once() -> None:
    assert [code for code, count in Counter(m.code for m in declared()).items() if count > 1] == []


def test_the_reference_is_complete() -> None:
    assert {m.__name__ for m in declared()} - {m.__name__ for m in mistakes().values()} == set()


@pytest.mark.parametrize("code", mistakes())
def test_explanations_have_every_section(code: str) -> None:
    found = explanation(mistakes()[code])
    assert all((found.title, found.what, found.why, found.wrong, found.right)), found
