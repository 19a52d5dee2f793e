"""A count of the work that one run does, so that it ends, on every machine at the same place, whatever a spec says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from specc.base.diagnostics import Diagnostic, SpecError
from specc.base.errors import LimitExceeded
from specc.base.limits import DEFAULT_LIMITS, Limits
from specc.base.source import Span


class Exhausted(SpecError):
    """The work that is allowed is done; nothing may go on after it."""


@dataclass(slots=True)
class Meter:
    """Steps that were spent of those that `limits` allow; a step is about a microsecond."""

    limits: Limits
    spent: int = 0

    @property
    def exhausted(self) -> bool:
        """Whether all is spent."""
        return self.spent > self.limits.steps

    def spend(self, steps: int, span: Span | None = None) -> None:
        """Count work. Raises `Exhausted` where it is too much."""
        self.spent += steps
        if self.spent > self.limits.steps:
            raise Exhausted([_too_much(self.limits.steps, span)])


def _too_much(limit: int, span: Span | None) -> Diagnostic:
    return LimitExceeded("checking the spec takes too many steps", limit, "steps").at(span)


_running: ContextVar[Meter | None] = ContextVar("running", default=None)


@contextmanager
def bounded(limits: Limits) -> Iterator[Meter]:
    """Within, work counts against `limits`; inside of another such stretch with the same limits, against that one's."""
    outer = _running.get()
    meter = outer if outer is not None and outer.limits == limits else Meter(limits)
    token = _running.set(meter)
    try:
        yield meter
    finally:
        _running.reset(token)


def running(limits: Limits = DEFAULT_LIMITS) -> Meter:
    """The meter of this stretch; outside of any, a new one for `limits` that nothing else counts on."""
    return _running.get() or Meter(limits)


def spend(steps: int) -> None:
    """Count work on the running meter. Raises `Exhausted` where it is too much."""
    meter = _running.get()
    if meter is not None:
        meter.spend(steps)


def allowed() -> Limits:
    """The limits of this stretch, else the defaults."""
    meter = _running.get()
    return DEFAULT_LIMITS if meter is None else meter.limits
