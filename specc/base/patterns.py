"""Regular expressions of specs, held to those that Python's backtracking matcher is done with soon.

A repeat whose part holds another repeat or an alternative may take exponential time, as may a back reference or a
look-around: these are refused. What is left takes at most as many steps as there are ways to share the characters of a
name among its repeats, times two for each option.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import cache
from math import comb

_TOKEN = re.compile(
    r"(?P<escape>\\(?:[1-9]|g<|k<)?[\s\S]?)"
    r"|(?P<set>\[\^?\]?(?:[^\]\\]|\\[\s\S])*\])"
    r"|(?P<open>\((?:\?:|\?P<\w+>)?)"
    r"|(?P<close>\))"
    r"|(?P<bar>\|)"
    r"|(?P<repeat>(?:[*+?]|\{[0-9]*,?[0-9]*\})[?+]?)"
    r"|(?P<other>[\s\S])"
)
_REPEATS = 8
_OPTIONS = 12
_STEPS = 20_000_000


@dataclass(slots=True)
class _Group:
    """Whether repeats or alternatives stand in a group."""

    varied: bool = False


@dataclass(slots=True)
class _Reader:
    """What a pattern holds."""

    repeats: int = 0
    options: int = 0

    def problem(self, pattern: str) -> str | None:
        """What may take too long in `pattern`."""
        groups = [_Group()]
        last: _Group | None = None
        for token in _TOKEN.finditer(pattern):
            kind, text = token.lastgroup, token.group()
            if kind == "escape" and len(text) > 1 and text[1] in "123456789gk":
                return "it has a back reference"
            if kind == "open":
                if pattern.startswith("?", token.end()):
                    return f"`{pattern[token.start() : token.start() + 4]}` is not one of `(`, `(?:` and `(?P<name>`"
                groups.append(_Group())
                continue
            if kind == "close" and len(groups) > 1:
                last = groups.pop()
                groups[-1].varied |= last.varied
                continue
            if kind == "bar":
                self.options += 1
                groups[-1].varied = True
            elif kind == "repeat" and token.start() > 0:
                if not text.startswith("?") and last is not None and last.varied:
                    return "a repeat stands in a repeat, or an alternative in a repeat"
                self._count(text)
                groups[-1].varied = True
            last = None
        many = self.repeats > _REPEATS or self.options > _OPTIONS
        return f"it has more than {_REPEATS} repeats, or {_OPTIONS} options" if many else None

    def _count(self, text: str) -> None:
        if text.startswith("?"):
            self.options += 1
        else:
            self.repeats += 1


@cache
def _read(pattern: str) -> tuple[str | None, int, int]:
    """What is wrong with `pattern`, its repeats, its options."""
    reader = _Reader()
    return reader.problem(pattern), reader.repeats, reader.options


def pattern_problem(pattern: str) -> str | None:
    """Why `pattern` is refused, None where it is not."""
    return _read(pattern)[0]


def takes_too_long(pattern: str, length: int) -> bool:
    """Whether matching `pattern` against a name of `length` characters could take longer than anyone waits."""
    problem, repeats, options = _read(pattern)
    return problem is not None or comb(length + repeats, repeats) << options > _STEPS


def quietly_compiled(pattern: str) -> re.Pattern[str]:
    """`re.compile` without Python's warnings of what a pattern may mean in later versions. Raises as that does."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(pattern)
