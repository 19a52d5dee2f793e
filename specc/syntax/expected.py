"""Terminals of the grammar in words: what could have stood at a place."""

from __future__ import annotations

from collections.abc import Callable

from specc.syntax.scan import CLOSING, PIECE

_WORDS = {
    "NAME": "a name",
    "TARGET": "a name",
    "WORD": "a name",
    "DOTTED": "the name of a module",
    "PATH_TEXT": "a path",
    "STRING": "a string",
    "IMPORT": "`import`",
    "ELSE": "`else`",
    "IN": "`in`",
    "AS": "`as`",
    "FOR": "`for`",
    "EQUAL": "`=`",
    "COLON": "`:`",
    "COMMA": "`,`",
    "LSQB": "`[`",
    "LPAR": "`(`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "RBRACE": "`}`",
    "ARROW": "`->`",
    "RENAME": "`rename`",
    "IGNORE": "`ignore`",
    "KEEP": "`keep`",
    "FILL": "`fill`",
    "UNDER": "`under`",
    "INTEGER": "an integer",
    "_NL": "the end of the line",
    "$END": "the end of the line",
}
_CONTINUATIONS = frozenset(
    {"INFIX", "PREFIX", "DOT", "LPAR", "LSQB", "LBRACE", "ARROW", "AS", "IF", "HOLE", "PATH_TAIL", "FOR"}
)


def describe_expected(
    accepted: frozenset[str], text: str, start: int, place: int, line_of: Callable[[int], int]
) -> str | None:
    """What `accepted` says in words, at `place` of a statement that begins at `start`."""
    bracket = _innermost(text, start, place)
    if {"NAME", "NUMBER"} <= accepted:
        return _value(accepted, bracket)
    if bracket is not None and accepted & {"RPAR", "RSQB", "RBRACE"}:
        comma = "`,` or " if "COMMA" in accepted else ""
        opening, offset = bracket
        return f"{comma}`{CLOSING[opening]}` to close the `{opening}` opened at line {line_of(offset)}"
    if "TARGET" in accepted:
        return "a statement"
    if bracket is None and "INFIX" in accepted and accepted <= _CONTINUATIONS | {"COMMA"}:
        return "the end of the line"
    plain = accepted - _CONTINUATIONS - {"COMMA"} or accepted
    words = list(dict.fromkeys(_WORDS[name] for name in _WORDS if name in plain))
    return " or ".join(words) if 0 < len(words) <= 5 else None


def _value(accepted: frozenset[str], bracket: tuple[str, int] | None) -> str:
    names = {"(": "RPAR", "[": "RSQB", "{": "RBRACE"}
    if bracket is None or names[bracket[0]] not in accepted:
        return "a value"
    return f"a value or `{CLOSING[bracket[0]]}`"


def _innermost(text: str, start: int, place: int) -> tuple[str, int] | None:
    """The bracket open at `place`, and its offset."""
    opened: list[tuple[str, int]] = []
    for match in PIECE.finditer(text, start, place):
        if match.lastgroup == "open":
            opened.append((match.group(), match.start()))
        elif match.lastgroup == "close" and opened:
            opened.pop()
    return opened[-1] if opened else None
