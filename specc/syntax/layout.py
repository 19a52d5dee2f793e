"""Indentation: whether every line stands where a line may stand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from specc.base.limits import Limits
from specc.syntax.errors import ElseWithoutIf, InconsistentDedent, MissingBody, TooDeep, UnexpectedIndent
from specc.syntax.scan import Finding, Line, Scan

HEADER = re.compile(
    r"(?P<word>(?:if|elif|for|else)\b|(?:expect|weights)\b(?! *(?:[,.\[]|=(?!=))))"
    r"|(?P<named>block|function) +[A-Za-z_]"
)

_COLON_FORGOTTEN = ("if", "elif", "else", "for", "block", "function")


def header_keyword(text: str, line: Line) -> str | None:
    """The keyword where `line` begins like the header of a body."""
    match = HEADER.match(text, line.start, line.end)
    return match and (match.group("word") or match.group("named"))


def check_layout(scan: Scan, limits: Limits) -> Iterator[Finding]:
    """Every line whose indentation is wrong, every header without a body, every `else` without an `if`."""
    levels = [0]
    keywords: list[str | None] = [None]
    previous: Line | None = None
    for line in scan.lines:
        yield from _step(scan.text, levels, keywords, previous, line)
        if len(levels) > limits.nesting:
            yield Finding(TooDeep("bodies", limits.nesting), line.start, line.end)
            scan.complete = False
            return
        keyword = header_keyword(scan.text, line)
        if keyword in ("elif", "else") and keywords[-1] not in ("if", "elif") and not line.broken:
            yield Finding(ElseWithoutIf(keyword), line.start, line.start + len(keyword))
        keywords[-1] = keyword
        previous = line
    if previous is not None:
        yield from _missing_body(scan.text, previous)


def _step(
    text: str, levels: list[int], keywords: list[str | None], previous: Line | None, line: Line
) -> Iterator[Finding]:
    """Move `levels` to the indentation of `line`."""
    if line.indent > levels[-1]:
        if previous is not None and _may_open(text, previous):
            levels.append(line.indent)
            keywords.append(None)
        elif not line.broken:
            yield Finding(UnexpectedIndent(levels[-1], line.indent), line.start, line.end)
        return
    if previous is not None and not text.startswith("\t", line.start):
        yield from _missing_body(text, previous)
    known = tuple(levels)
    while line.indent < levels[-1]:
        levels.pop()
        keywords.pop()
    if line.indent != levels[-1] and not line.broken:
        yield Finding(InconsistentDedent(line.indent, known), line.start, line.end)


def _may_open(text: str, line: Line) -> bool:
    return line.opens or line.broken or header_keyword(text, line) in _COLON_FORGOTTEN


def _missing_body(text: str, line: Line) -> Iterator[Finding]:
    if line.opens and not line.broken:
        keyword = header_keyword(text, line)
        if keyword is not None:
            yield Finding(MissingBody(keyword), line.start, line.end)
