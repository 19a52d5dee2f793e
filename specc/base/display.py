"""How source text is shown: columns of a terminal, tabs, characters that must not reach it, long lines."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass

TAB = 4
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
MISSING = "\N{REPLACEMENT CHARACTER}"
CUT = "..."


def visible(text: str) -> str:
    """`text` with tabs widened and every control or direction character replaced."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character == "\t":
        return " " * TAB
    return MISSING if unicodedata.category(character) in UNSAFE else character


def columns(text: str) -> int:
    """Columns that `text` takes on a terminal, once it is `visible`."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Me":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shown_path(path: str) -> str:
    """`path` as seen from the current folder where it lies below it, else as it is."""
    relative = os.path.relpath(path) if os.path.isabs(path) else path
    return path if relative.startswith("..") else relative


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a line that fits: its text, and the characters `start` to `stop` of the line that it shows."""

    text: str
    start: int
    stop: int
    lead: int

    def underline(self, line: str, start: int, stop: int) -> tuple[int, int]:
        """Column and length of the underline of characters `start` to `stop` of the line; at least one column long."""
        first, last = max(start, self.start), min(max(stop, start), self.stop)
        offset = self.lead + columns(visible(line[self.start : first]))
        return offset, max(1, columns(visible(line[first:last])))


def crop(line: str, width: int, start: int, stop: int) -> Window:
    """The part of `line` of at most `width` columns around characters `start` to `stop`."""
    if len(line) <= 4 * width and columns(visible(line)) <= width:
        return Window(visible(line), 0, len(line), 0)
    budget = max(width - 2 * len(CUT), 8)
    first = last = max(0, min(start, len(line)))
    most = first + 2 * width  # characters, since some take no column
    used = 0
    while last < min(stop, len(line), most) and used + _taken(line[last]) <= budget:
        used += _taken(line[last])
        last += 1
    while True:
        before = _taken(line[first - 1]) if first else budget + 1
        after = _taken(line[last]) if last < len(line) else budget + 1
        if last - first > 4 * width:
            break
        if used + min(before, after) > budget:
            break
        back = used + before <= budget and (start - first <= last - stop or used + after > budget)
        first, last, used = (first - 1, last, used + before) if back else (first, last + 1, used + after)
    head, tail = CUT if first else "", CUT if last < len(line) else ""
    return Window(f"{head}{visible(line[first:last])}{tail}", first, last, len(head))


def _taken(character: str) -> int:
    return columns(visible(character))
