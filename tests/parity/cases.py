"""Cases that hypothesis draws: a dozen for each test, or 200 with `--hypothesis-profile=full`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

F = TypeVar("F", bound=Callable[..., None])
SEEDS = st.integers(0, 2**32 - 1)


def cases(**strategies: st.SearchStrategy[object]) -> Callable[[F], F]:
    """Run a test on drawn arguments, as many as the profile says."""

    def decorate(test: F) -> F:
        checked = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
        return checked(given(**strategies)(test))

    return decorate


def word(flag: bool) -> str:
    """A boolean as a spec spells it."""
    return str(flag).lower()
