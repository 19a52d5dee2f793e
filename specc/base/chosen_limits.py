"""Limits that a user chooses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from specc.base.diagnostics import SpecError
from specc.base.errors import UnknownLimit
from specc.base.limits import DEFAULT_LIMITS, Limits, limit_texts
from specc.base.suggest import nearest


def limits_with(given: Mapping[str, int]) -> Limits:
    """The defaults with those in `given` instead. Raises `SpecError` for what is no limit, and for values below 1."""
    mistakes = [_mistake(name, value) for name, value in given.items()]
    wrong = [mistake.at(None) for mistake in mistakes if mistake is not None]
    if wrong:
        raise SpecError(wrong)
    return replace(DEFAULT_LIMITS, **given)


def _mistake(name: str, value: int) -> UnknownLimit | None:
    known = tuple(limit_texts())
    if name not in known:
        return UnknownLimit(name, "does not exist", known, nearest(name, known))
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        return UnknownLimit(name, "must be an integer of at least 1", known, (name,))
    return None
