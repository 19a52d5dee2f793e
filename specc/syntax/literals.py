"""Spellings of numbers and strings to their values."""

from __future__ import annotations

import re
from inspect import cleandoc
from math import isinf

from specc.base.diagnostics import Mistake
from specc.base.limits import Limits
from specc.syntax.errors import NumberTooLarge
from specc.syntax.text_errors import LeadingZero, MalformedNumber, UnknownEscape

_DIGITS = r"[0-9](?:_?[0-9])*"
_NUMBER = re.compile(
    rf"(?P<whole>{_DIGITS})(?:\.(?P<part>{_DIGITS}))?(?:(?P<power>[eE][+-]?[0-9]+)|(?P<suffix>[KMGT]))?"
)
_SUFFIXES = {"K": 3, "M": 6, "G": 9, "T": 12}
_ESCAPE = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|u|[\s\S])")
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "'": "'", "\\": "\\"}


def number_value(text: str, limits: Limits) -> int | float | Mistake:
    """Value of `61_706`, `1e-5`, `1.5K`; a suffix gives an integer where the value is one."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return MalformedNumber(text, _number_advice(text))
    whole, part = match["whole"].replace("_", ""), (match["part"] or "").replace("_", "")
    if len(whole) > 1 and whole[0] == "0":
        return LeadingZero(text, (match["whole"].lstrip("0_") or "0") + text[len(match["whole"]) :])
    if match["power"] or (part and not match["suffix"]):
        return _finite(float(f"{whole}.{part or 0}{match['power'] or ''}"))
    if len(whole) * 3 > limits.integer_bits:
        return NumberTooLarge(f"integers have at most {limits.integer_bits} bits")
    return _scaled(whole, part, _SUFFIXES.get(match["suffix"] or "", 0), limits)


def _scaled(whole: str, part: str, scale: int, limits: Limits) -> int | float | Mistake:
    digits = part.rstrip("0")
    if len(digits) > scale:
        return _finite(float(f"{whole}.{digits}e{scale}"))
    zeros = "0" * (scale - len(digits))
    value = int(whole + digits + zeros)
    if value.bit_length() > limits.integer_bits:
        return NumberTooLarge(f"integers have at most {limits.integer_bits} bits")
    return value


def _finite(value: float) -> float | Mistake:
    return NumberTooLarge("floats end near 1.8e308") if isinf(value) else value


def _number_advice(text: str) -> str | None:
    if text.endswith("."):
        return f"write `{text}0`"
    if re.fullmatch(r"0[xXbBoO]\w*", text):
        return "numbers are decimal"
    if re.fullmatch(r"[0-9.]+[kmgt]", text):
        return f"write `{text.upper()}`"
    if "__" in text or "_." in text or "._" in text or text.endswith("_"):
        return "`_` stands between two digits"
    return "a name cannot begin with a digit" if text[-1].isalpha() or "." not in text else None


def string_value(text: str, start: int) -> tuple[str, list[tuple[Mistake, int, int]]]:
    """Value of what stands between the quotes, and the wrong escapes at their offsets; `text` begins at `start`."""
    if "\\" not in text:
        return text, []
    wrong: list[tuple[Mistake, int, int]] = []

    def value(match: re.Match[str]) -> str:
        escape = match.group()
        if len(escape) == 6:
            code = int(escape[2:], 16)
            if not 0xD800 <= code <= 0xDFFF:
                return chr(code)
        elif escape[1] in _ESCAPES:
            return _ESCAPES[escape[1]]
        wrong.append((UnknownEscape(escape), start + match.start(), start + match.end()))
        return ""

    return _ESCAPE.sub(value, text), wrong


def docstring_value(text: str, start: int) -> tuple[str, list[tuple[Mistake, int, int]]]:
    """Like `string_value`, with the common indentation and the empty lines at both ends taken off first."""
    _, wrong = string_value(text, start)
    return string_value(cleandoc(text.replace("\r\n", "\n")), 0)[0], wrong
