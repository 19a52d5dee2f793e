"""Where the characters of a YAML scalar stand in the file, and fragments put together from several scalars."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from specc.syntax.yaml_nodes import Scalar

Place = Callable[[int], int]

_DOUBLE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[\s\S])|[\s\S]")
_SINGLE = re.compile(r"''|[\s\S]")
_RAW = re.compile(r"[\s\S]")


def scalar_place(scalar: Scalar) -> Place:
    """From an offset in the value of `scalar` to the file's; exact on one line, and for every visible character."""
    quote = 1 if scalar.style in ("'", '"') else 0
    start = scalar.span.start + quote
    if scalar.style not in ("|", ">") and scalar.span.end - scalar.span.start == len(scalar.value) + 2 * quote:
        return lambda offset: start + offset
    offsets = _table(scalar, quote)
    return lambda offset: offsets[min(max(offset, 0), len(offsets) - 1)]


def _table(scalar: Scalar, quote: int) -> list[int]:
    """Visible characters stand in value and file in the same order; blanks go with the character before them."""
    visible = _visible(scalar, quote)
    offsets: list[int] = []
    following = scalar.span.start + quote
    index = 0
    for sign in scalar.value:
        if not sign.isspace() and index < len(visible):
            offsets.append(visible[index][0])
            following = visible[index][1]
            index += 1
        else:
            offsets.append(following)
    return [*offsets, following]


def _visible(scalar: Scalar, quote: int) -> list[tuple[int, int]]:
    """Start and end of each visible character as it is spelt in the file."""
    span = scalar.span
    start, end = span.start + quote, span.end - quote
    if scalar.style in ("|", ">"):
        start = span.source.text.find("\n", start, end) + 1 or end
    pattern = {"'": _SINGLE, '"': _DOUBLE}.get(scalar.style, _RAW)
    matches = pattern.finditer(span.source.text, start, end)
    return [(match.start(), match.end()) for match in matches if _is_visible(match.group())]


def _is_visible(spelling: str) -> bool:
    if len(spelling) == 1 or spelling == "''":
        return not spelling.isspace()
    if spelling[1] in "xuU":
        return not chr(min(int(spelling[2:], 16), 0x10FFFF)).isspace()
    return spelling[1] not in "tnvfr NL_P\n\r\t"


def splice(pieces: Sequence[str | Scalar]) -> tuple[str, Place]:
    """One text from words of ours and scalars of the file; our words stand where the next scalar begins."""
    texts = [piece if isinstance(piece, str) else piece.value for piece in pieces]
    starts = [sum(map(len, texts[:number])) for number in range(len(texts))]
    places = [_piece_place(pieces, number) for number in range(len(pieces))]

    def place(offset: int) -> int:
        number = bisect_right(starts, offset) - 1
        while number and starts[number] == offset and isinstance(pieces[number], str):
            number -= 1
        return places[number](offset - starts[number])

    return "".join(texts), place


def _piece_place(pieces: Sequence[str | Scalar], number: int) -> Place:
    piece = pieces[number]
    if isinstance(piece, Scalar):
        return scalar_place(piece)
    following = next((scalar for scalar in pieces[number:] if isinstance(scalar, Scalar)), None)
    if following is not None:
        return lambda _: following.span.start
    preceding = next((scalar for scalar in reversed(pieces[:number]) if isinstance(scalar, Scalar)), None)
    return lambda _: preceding.span.end if preceding else 0
