"""Diagnostics as text: the message, the source line with a caret under the place, labels, notes, help."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from specc.base.diagnostics import Diagnostic, Severity
from specc.base.display import Window, crop, visible
from specc.base.source import Source, Span

WIDTH = 120


@dataclass(frozen=True, slots=True)
class Piece:
    """A bit of text and its role: `plain`, `error`, `warning`, `primary`, `secondary`, `gutter`, `strong`, `help`."""

    text: str
    style: str = "plain"


@dataclass(frozen=True, slots=True)
class _Mark:
    span: Span
    text: str
    primary: bool

    @property
    def line(self) -> int:
        return self.span.line


def render(diagnostics: Sequence[Diagnostic], width: int = WIDTH) -> str:
    """All `diagnostics` as plain text, with the closing count."""
    return "".join(piece.text for piece in pieces(diagnostics, width))


def pieces(diagnostics: Sequence[Diagnostic], width: int = WIDTH) -> Iterator[Piece]:
    """The same text in pieces, for a terminal that has colours."""
    for diagnostic in diagnostics:
        yield from _diagnostic(diagnostic, width)
        yield Piece("\n")
    if diagnostics:
        yield Piece(count(diagnostics) + "\n", "strong")


def count(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors`, `1 error, 3 warnings`."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    parts = [(severities.count(severity), severity.value) for severity in Severity]
    return ", ".join(f"{number} {word}{'s' if number > 1 else ''}" for number, word in parts if number)


def _diagnostic(diagnostic: Diagnostic, width: int) -> Iterator[Piece]:
    style = diagnostic.severity.value
    yield Piece(f"{style}[{diagnostic.code}]", style)
    yield Piece(f": {_safe(diagnostic.message)}\n", "strong")
    marks = _marks(diagnostic)
    gutter = max((len(str(mark.line)) for mark in marks), default=1)
    for index, (source, group) in enumerate(_by_source(marks)):
        yield from _snippet(source, group, index > 0, gutter, width)
    tail = [("note", note) for note in diagnostic.notes] + ([("help", diagnostic.help)] if diagnostic.help else [])
    if marks and tail:
        yield Piece(f"{' ' * gutter} |\n", "gutter")
    for word, text in tail:
        yield Piece(f"{' ' * gutter} = ", "gutter")
        yield Piece(word, "help" if word == "help" else "strong")
        yield Piece(f": {_indented(text, gutter + len(word) + 5)}\n")


def _marks(diagnostic: Diagnostic) -> list[_Mark]:
    primary = [_Mark(diagnostic.span, diagnostic.label, True)] if diagnostic.span else []
    return primary + [_Mark(label.span, label.text, False) for label in diagnostic.labels]


def _by_source(marks: Iterable[_Mark]) -> list[tuple[Source, list[_Mark]]]:
    """Marks by file, the primary one's first; in a file by line, then the right one first, as underlines stack."""
    groups: dict[int, tuple[Source, list[_Mark]]] = {}
    for mark in marks:
        groups.setdefault(id(mark.span.source), (mark.span.source, []))[1].append(mark)
    return [(source, sorted(group, key=_position)) for source, group in groups.values()]


def _position(mark: _Mark) -> tuple[int, bool, int]:
    return mark.line, not mark.primary, -mark.span.start


def _snippet(source: Source, marks: list[_Mark], further: bool, gutter: int, width: int) -> Iterator[Piece]:
    place = next((mark for mark in marks if mark.primary), marks[0]).span
    yield Piece(f"{' ' * gutter}{':::' if further else '-->'} ", "gutter")
    yield Piece(f"{visible(str(place))}\n")
    yield Piece(f"{' ' * gutter} |\n", "gutter")
    previous = 0
    for line in dict.fromkeys(mark.line for mark in marks):
        if previous and line > previous + 1:
            yield Piece("...\n", "gutter")
        yield from _line(source, line, [mark for mark in marks if mark.line == line], gutter, width)
        previous = line


def _line(source: Source, number: int, marks: list[_Mark], gutter: int, width: int) -> Iterator[Piece]:
    text = source.line(number)
    room = max(width - gutter - 3, 20)
    start, stop = _extent(marks[0].span, text)
    window = crop(text, room, start, stop)
    shown = window.text.rstrip()
    yield Piece(f"{number:>{gutter}} |{' ' if shown else ''}", "gutter")
    yield Piece(f"{shown}\n")
    for mark in marks:
        yield Piece(f"{' ' * gutter} | ", "gutter")
        yield from _underline(mark, text, window)


def _underline(mark: _Mark, text: str, window: Window) -> Iterator[Piece]:
    offset, length = window.underline(text, *_extent(mark.span, text))
    label = f" {_indented(_safe(mark.text), 0)}" if mark.text else ""
    sign = "^" if mark.primary else "-"
    yield Piece(f"{' ' * offset}{sign * length}{label}\n", "primary" if mark.primary else "secondary")


def _extent(span: Span, text: str) -> tuple[int, int]:
    """First and last character (exclusive) of the part of `span` that lies on its first line."""
    start = span.column - 1
    return start, min(start + span.end - span.start, max(len(text), start))


def _safe(text: str) -> str:
    return "\n".join(visible(line) for line in text.split("\n"))


def _indented(text: str, indent: int) -> str:
    return _safe(text).replace("\n", "\n" + " " * indent)
