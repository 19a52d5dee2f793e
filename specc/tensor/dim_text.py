"""Reads dims and tensor types back from the text that they print as."""

from __future__ import annotations

import re

from specc.tensor.dims import Dim, Domain, Extremum, floordiv
from specc.tensor.dtypes import DTYPES
from specc.tensor.poly import atom_dim, from_terms, terms_of
from specc.tensor.types import TensorType

_TOKEN = re.compile(r"\s*(\d+|[^\W\d]\w*|//|[-+*^(),]|$)")
_TYPE = re.compile(r"\s*(\w+)\s*\[(.*)\]\s*", re.DOTALL)


class DimSyntaxError(ValueError):
    """The text is no dim, or no tensor type."""


def parse_dim(text: str, domain: Domain) -> Dim:
    """The dim that prints as `text`. Minima and maxima are taken as written, without asking which side wins."""
    return _Reader(text, domain).whole()


def parse_type(text: str, domain: Domain) -> TensorType:
    """The tensor type that prints as `text`: `float32[N, 3, (H + 1)//2]`."""
    match = _TYPE.fullmatch(text)
    if match is None or match[1] not in DTYPES:
        raise DimSyntaxError(f"`{text}` is not a tensor type")
    return TensorType(DTYPES[match[1]], tuple(parse_dim(part, domain) for part in _split(match[2])))


def inequality(fact: Dim) -> str:
    """`fact >= 0` with what is subtracted on the other side: `P + T <= 1024` for `-P - T + 1024`."""
    more = from_terms({monomial: count for monomial, count in terms_of(fact) if count > 0})
    less = from_terms({monomial: -count for monomial, count in terms_of(fact) if count < 0})
    return f"{less} <= {more}" if isinstance(more, int) else f"{more} >= {less}"


def _split(text: str) -> list[str]:
    """Pieces of `text` between the commas that stand outside parentheses."""
    pieces, depth, start = [], 0, 0
    for index, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            pieces.append(text[start:index])
            start = index + 1
    return [*pieces, text[start:]] if text.strip() else []


class _Reader:
    """Recursive descent over the tokens of one dim."""

    def __init__(self, text: str, domain: Domain) -> None:
        self.text, self.domain = text, domain
        self.tokens: list[str] = []
        self.index = position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self.error()
            self.tokens.append(match[1])
            position = match.end()
        self.tokens.append("")

    def error(self) -> DimSyntaxError:
        """The text as a whole is wrong."""
        return DimSyntaxError(f"`{self.text}` is not a dim")

    def take(self, *wanted: str) -> str:
        """The next token, where it is one of `wanted` (any without), else nothing."""
        token = self.tokens[self.index]
        if not token or (wanted and token not in wanted):
            return ""
        self.index += 1
        return token

    def need(self, token: str) -> None:
        """Pass over `token`."""
        if not self.take(token):
            raise self.error()

    def whole(self) -> Dim:
        """The dim, and nothing after it."""
        dim = self.sum()
        if self.tokens[self.index]:
            raise self.error()
        return dim

    def sum(self) -> Dim:
        """`term + term - term`, the first with an optional sign."""
        dim = -self.term() if self.take("-") else self.term()
        while sign := self.take("+", "-"):
            dim = dim + self.term() if sign == "+" else dim - self.term()
        return dim

    def term(self) -> Dim:
        """`power * power // power`."""
        dim = self.power()
        while operator := self.take("*", "//"):
            right = self.power()
            if operator == "//" and isinstance(right, int) and right <= 0:
                raise self.error()
            dim = dim * right if operator == "*" else floordiv(dim, right)
        return dim

    def power(self) -> Dim:
        """`atom ^ 2`."""
        dim = self.atom()
        if not self.take("^"):
            return dim
        power = self.take()
        if not power.isdigit():
            raise self.error()
        return dim ** int(power)

    def atom(self) -> Dim:
        """A number, a symbol, `min(a, b)`, `max(a, b)` or a dim in parentheses."""
        token = self.take()
        if token.isdigit():
            return int(token)
        if token == "(":
            dim = self.sum()
            self.need(")")
            return dim
        if token in ("min", "max") and self.take("("):
            left = self.sum()
            self.need(",")
            right = self.sum()
            self.need(")")
            return atom_dim(Extremum(token, left, right))
        if not token.isidentifier():
            raise self.error()
        return self.domain.symbol(token)
