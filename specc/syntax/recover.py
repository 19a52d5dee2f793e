"""All syntax errors at once: each logical line is read on its own."""

from __future__ import annotations

from lark import UnexpectedInput

from specc.syntax.build import build
from specc.syntax.builder import Builder
from specc.syntax.layout import header_keyword
from specc.syntax.parser import shared_parser
from specc.syntax.scan import Line, Scan
from specc.syntax.slips import explain

ERRORS_SHOWN = 10
_STARTS = {"weights": "weight_rule", "expect": "checks"}


def check_lines(scan: Scan, builder: Builder, most: int) -> None:
    """Report what is wrong inside the lines of `scan`, in up to `most` of them; `broken` ones were reported before."""
    owners: list[tuple[int, str | None]] = []
    for line in scan.lines:
        if most <= 0:
            return
        while owners and owners[-1][0] >= line.indent:
            owners.pop()
        owner = owners[-1][1] if owners else None
        if not line.broken and not _check_line(scan.text, line, _STARTS.get(owner or "", "line"), builder):
            builder.failed = True
            most -= 1
        if line.opens:
            owners.append((line.indent, header_keyword(scan.text, line)))


def _check_line(text: str, line: Line, start: str, builder: Builder) -> bool:
    """Whether the line can be read as `start`."""
    inner = builder.shifted(line.start)
    piece = text[line.start : line.end]
    try:
        tree = shared_parser().parse(piece, start)
    except UnexpectedInput as error:
        builder.report_finding(explain(text, error, line.start, line.end, start, builder.line_of))
        return False
    build(tree, inner)
    return not inner.failed
