"""The compiled grammar: prepared text to a Lark tree."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lark import Lark, Token, Tree

from specc.base.assets import cache_file, read_asset

STARTS = (
    "module",
    "line",
    "statement",
    "header",
    "checks",
    "weight_rule",
    "weight_step",
    "values",
    "expression",
    "stage",
    "path",
    "target",
    "type",
    "parameters",
)


class Indentation:
    """Adds a token where the indentation grows or shrinks; the layout was checked before."""

    always_accept = ("_NL",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        """The tokens of `stream` with `_INDENT` and `_DEDENT` between."""
        levels = [0]
        for token in stream:
            yield token
            if token.type != "_NL":
                continue
            indent = len(token) - token.rindex("\n") - 1
            if indent > levels[-1]:
                levels.append(indent)
                yield Token.new_borrow_pos("_INDENT", "", token)
            while indent < levels[-1]:
                levels.pop()
                yield Token.new_borrow_pos("_DEDENT", "", token)


class Parser:
    """The grammar `grammar/specc.lark`, compiled."""

    def __init__(self) -> None:
        cache = cache_file("grammar.bin")
        self._lark = Lark(
            read_asset("grammar", "specc.lark"),
            parser="lalr",
            start=list(STARTS),
            postlex=Indentation(),
            maybe_placeholders=False,
            cache=str(cache) if cache else False,
        )

    def parse(self, text: str, start: str) -> Tree[Token] | Token:
        """The tree of `text` read as `start`; raises Lark's `UnexpectedInput`."""
        return self._lark.parse(text, start)


@lru_cache(maxsize=1)
def shared_parser() -> Parser:
    """The parser, compiled at the first call; it keeps nothing between two texts."""
    return Parser()
