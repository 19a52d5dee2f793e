"""Mistakes in recurrence over a block."""

from __future__ import annotations

from dataclasses import dataclass

from specc.base.diagnostics import Mistake


@dataclass(frozen=True)
class StateChanges(Mistake):
    """A step of a `scan` returns a state of another type than it got.

    Why: what a step returns is what the next step gets, so the type has to stay.

    Wrong:
        block cell(x, h):
            h = linear(concat(x, h, axis=1), 20)
            return h, h
        y, h = scan(cell, over=x, state=h0, axis=1)     # h0: float32[N, 16]
    Right:
        block cell(x, h):
            h = linear(concat(x, h, axis=1), 16)
            return h, h
        y, h = scan(cell, over=x, state=h0, axis=1)     # h0: float32[N, 16]
    """

    code = "SP3230"
    title = "state changes its type"
    before: str
    after: str

    def message(self) -> str:
        """One sentence."""
        return f"a step gets the state as {self.before} and returns it as {self.after}"

    def hint(self) -> str | None:
        """The order of results."""
        return "a step returns its results first and then the next states, in the order of `state=`"


ERRORS: tuple[type[Mistake], ...] = (StateChanges,)
