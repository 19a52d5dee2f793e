"""Scalars as YAML spells them: quotes only where they are needed."""

from __future__ import annotations

import re

_FIRST = re.compile(r"[,\[\]{}#&*!|>'\"%@`]|[-?:](?:[ ]|$)")
_INSIDE = re.compile(r": |:$| #|[^\x20-\x7e\xa0-\U0010ffff]")
_FLOW = re.compile(r"[,\[\]{}:]|^[-?]")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}


def is_plain(text: str, flow: bool) -> bool:
    """Whether `text` means itself without quotes; `flow`: inside `[]` or `{}`."""
    if text in ("", "~", "null") or text != text.strip():
        return False
    return not (_FIRST.match(text) or _INSIDE.search(text) or (flow and _FLOW.search(text)))


def scalar(text: str, flow: bool = False) -> str:
    """`text`, in quotes where it needs them."""
    return text if is_plain(text, flow) else in_quotes(text)


def in_quotes(text: str) -> str:
    """`text` in double quotes, or in single ones where that saves escapes."""
    if not text.isprintable():
        return '"' + "".join(_escaped(sign) for sign in text) + '"'
    if '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def is_literal(text: str) -> bool:
    """Whether `text` can stand in a block scalar as it is."""
    lines = text.split("\n")
    if len(lines) < 2 or not lines[0].strip() or not lines[-1].strip() or lines[0].startswith(" "):
        return False
    return all(line.isprintable() and (line.strip() or not line) for line in lines)


def _escaped(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) <= 0xFFFF else f"\\U{ord(sign):08x}"
