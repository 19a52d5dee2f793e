"""Specs from text, and what they expand to."""

from __future__ import annotations

import specc
from specc.base.diagnostics import Diagnostic
from specc.ir.graph import Graph


def graph(text: str, **parameters: object) -> Graph:
    """The graph of a spec without mistakes."""
    return specc.loads(text, **parameters)._resolved.graph


def mistakes(text: str, **parameters: object) -> tuple[Diagnostic, ...]:
    """What is wrong with a spec."""
    try:
        specc.loads(text, **parameters).check()
    except specc.SpecError as error:
        return error.diagnostics
    raise AssertionError("nothing is wrong")


def codes(text: str, **parameters: object) -> list[str]:
    """Codes and lines of the mistakes: `SP2001:3`."""
    return [f"{d.code}:{d.span.line if d.span else 0}" for d in mistakes(text, **parameters)]


def warnings(text: str) -> list[str]:
    """Messages of the warnings."""
    spec = specc.loads(text)
    spec.check()
    return [d.message for d in spec.warnings]
