"""Diagnostics as JSON, for editors and scripts."""

from __future__ import annotations

from collections.abc import Iterable

from specc.base.diagnostics import Diagnostic
from specc.base.jsonable import Json, to_json
from specc.base.source import Span


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A list with one object for each diagnostic."""
    return to_json([diagnostic_json(diagnostic) for diagnostic in diagnostics])


def diagnostic_json(diagnostic: Diagnostic) -> dict[str, Json]:
    """One diagnostic; lines and columns count from 1, the end column is exclusive; null without a place."""
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "title": diagnostic.title,
        "message": diagnostic.message,
        **_place(diagnostic.span),
        "label": diagnostic.label,
        "labels": [{**_place(label.span), "text": label.text} for label in diagnostic.labels],
        "notes": list(diagnostic.notes),
        "help": diagnostic.help,
    }


def _place(span: Span | None) -> dict[str, Json]:
    if span is None:
        return {"file": None, "line": None, "column": None, "end_line": None, "end_column": None}
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(max(span.end, span.start))
    return {
        "file": span.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }
