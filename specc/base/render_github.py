"""Diagnostics as workflow commands of GitHub Actions, which shows them beside the changed lines."""

from __future__ import annotations

from collections.abc import Iterable

from specc.base.diagnostics import Diagnostic
from specc.base.display import visible
from specc.base.source import Span


def render_github(diagnostics: Iterable[Diagnostic]) -> str:
    """A line `::error file=...,line=...::message` for each diagnostic."""
    return "".join(f"{_line(diagnostic)}\n" for diagnostic in diagnostics)


def _line(diagnostic: Diagnostic) -> str:
    properties = {"title": f"{diagnostic.code} {diagnostic.title}", **_place(diagnostic.span)}
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    labels = [f"{label.span}: {label.text}" for label in diagnostic.labels if label.text]
    advice = [f"help: {diagnostic.help}"] if diagnostic.help else []
    text = "\n".join([diagnostic.message, *labels, *diagnostic.notes, *advice])
    return f"::{diagnostic.severity.value} {given}::{_data(text)}"


def _place(span: Span | None) -> dict[str, str]:
    """Columns only where the place lies on one line, as the format demands."""
    if span is None:
        return {}
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(max(span.end, span.start))
    place = {"file": span.source.name, "line": str(line), "endLine": str(end_line)}
    return {**place, "col": str(column), "endColumn": str(end_column)} if line == end_line else place


def _data(text: str) -> str:
    return "%0A".join(visible(line) for line in text.replace("%", "%25").split("\n"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
