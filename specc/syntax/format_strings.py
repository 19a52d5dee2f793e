"""Strings as the text form spells them."""

from __future__ import annotations

_NAMED = {"\\": "\\\\", "\n": "\\n", "\t": "\\t"}


def quoted(value: str) -> str:
    """A string literal: in double quotes, in single ones where that saves escapes, `r"..."` where that saves more."""
    if "\\" in value and '"' not in value and not value.endswith("\\") and value.isprintable():
        return f'r"{value}"'
    quote = "'" if '"' in value and "'" not in value else '"'
    return quote + "".join(_escaped(sign, quote) for sign in value) + quote


def _escaped(sign: str, quote: str) -> str:
    if sign in _NAMED:
        return _NAMED[sign]
    if sign == quote:
        return "\\" + sign
    return sign if sign.isprintable() or ord(sign) > 0xFFFF else f"\\u{ord(sign):04x}"


def docstring(value: str, indent: int) -> str:
    """The `\"\"\"` literal of `value` at column `indent`; what reading would trim is spelt as an escape."""
    body = value.strip("\n")
    head = value[: len(value) - len(value.lstrip("\n"))] if body else ""
    tail = value[len(head) + len(body) :]
    lines = body.split("\n")
    margin = min((len(line) - len(line.lstrip(" ")) for line in lines[1:] if line.strip()), default=0)
    shown = [_docline(lines[0], True), *(_docline(line, margin > 0 or not line.strip()) for line in lines[1:])]
    text = "\\n" * len(head) + ("\n" + " " * indent).join(shown) + "\\n" * len(tail)
    if '"""' in text or text.endswith('"'):
        text = text.replace('"', '\\"')
    text = "\n".join(line.rstrip(" ") if not line.strip() else line for line in text.split("\n"))
    if len(lines) > 1:
        return f'"""{text}\n{" " * indent}"""'
    return f'"""{text}"""'


def _docline(line: str, exact: bool) -> str:
    """One line; with `exact` its first space is an escape, and a space at its end always is."""
    escaped = "".join(sign if sign in "\"'" else _escaped(sign, "") for sign in line)
    if escaped.endswith(" "):
        escaped = escaped[:-1] + "\\u0020"
    return "\\u0020" + escaped[1:] if exact and escaped.startswith(" ") else escaped


def docstring_line(value: str) -> str:
    """The `\"\"\"` literal of `value` on one line."""
    escaped = "".join(sign if sign == "'" else _escaped(sign, '"') for sign in value)
    body = escaped.strip(" ")
    head, tail = len(escaped) - len(escaped.lstrip(" ")), len(escaped) - len(escaped.rstrip(" "))
    return f'"""{_SPACE * (head if body else 0)}{body}{_SPACE * tail}"""'


_SPACE = "\\u0020"
