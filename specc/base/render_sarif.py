"""Diagnostics as SARIF 2.1.0 (OASIS), for code-scanning services and editors."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from specc.base.diagnostics import Diagnostic, Label, Severity
from specc.base.jsonable import Json, to_json
from specc.base.source import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning"}


def render_sarif(diagnostics: Sequence[Diagnostic], version: str) -> str:
    """One run of the program `version`: its rules are the codes that occur, its results the diagnostics.

    Columns count characters from 1; the end column is exclusive.
    """
    titles = {diagnostic.code: diagnostic.title for diagnostic in diagnostics}
    rules: list[Json] = [{"id": code, "shortDescription": {"text": titles[code]}} for code in sorted(titles)]
    index = {code: number for number, code in enumerate(sorted(titles))}
    run: dict[str, Json] = {
        "tool": {"driver": {"name": "specc", "version": version, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(diagnostic, index[diagnostic.code]) for diagnostic in diagnostics],
    }
    return to_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _result(diagnostic: Diagnostic, rule: int) -> dict[str, Json]:
    advice = [f"help: {diagnostic.help}"] if diagnostic.help else []
    result: dict[str, Json] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": LEVELS[diagnostic.severity],
        "message": {"text": "\n".join([diagnostic.message, *diagnostic.notes, *advice])},
        "locations": [_place(diagnostic.span)] if diagnostic.span else [],
    }
    related = [{**_place(label.span), "id": n, "message": {"text": label.text}} for n, label in _numbered(diagnostic)]
    return {**result, "relatedLocations": related} if related else result


def _numbered(diagnostic: Diagnostic) -> list[tuple[int, Label]]:
    return list(enumerate(diagnostic.labels, 1))


def _place(span: Span) -> dict[str, Json]:
    line, column = span.source.position(span.start)
    end_line, end_column = span.source.position(max(span.end, span.start))
    region: dict[str, Json] = {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }
    return {"physicalLocation": {"artifactLocation": {"uri": quote(span.source.name)}, "region": region}}
