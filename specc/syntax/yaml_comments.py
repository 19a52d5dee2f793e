"""Comments of a YAML file: they stand between its scalars, and on the first line of a block scalar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from specc.base.source import Source, Span
from specc.syntax import ast
from specc.syntax.yaml_nodes import Scalar

_COMMENT = re.compile(r"(?:(?<=[\s\ufeff])|\A)#([^\n\r\x85\u2028\u2029]*)")


def yaml_comments(source: Source, scalars: Sequence[Scalar], most: int) -> tuple[ast.Comment, ...]:
    """Every comment of `source`, in order, or the first `most`; `scalars` are all that were read."""
    found = (match for start, end in _gaps(source, scalars) for match in _COMMENT.finditer(source.text, start, end))
    return tuple(_comment(source, match) for match in islice(found, most))


def _gaps(source: Source, scalars: Sequence[Scalar]) -> Iterator[tuple[int, int]]:
    position = 0
    for scalar in sorted(scalars, key=lambda scalar: scalar.span.start):
        yield position, scalar.span.start
        position = max(position, scalar.span.end)
        if scalar.style in ("|", ">"):
            line_end = source.text.find("\n", scalar.span.start)
            yield scalar.span.start, line_end if line_end >= 0 else len(source.text)
    yield position, len(source.text)


def _comment(source: Source, match: re.Match[str]) -> ast.Comment:
    line_start = source.text.rfind("\n", 0, match.start()) + 1
    own_line = not source.text[line_start : match.start()].strip(" \t\ufeff")
    return ast.Comment(Span(source, match.start(), match.end()), match.group(1).rstrip(), own_line)
