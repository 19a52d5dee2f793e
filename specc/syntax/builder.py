"""What every rule of the builder needs: places, atoms and a way to report."""

from __future__ import annotations

from collections.abc import Callable

from lark import Token

from specc.base.diagnostics import Label, Mistake, Reporter
from specc.base.limits import Limits
from specc.base.source import Source, Span
from specc.syntax import ast
from specc.syntax.literals import docstring_value, number_value, string_value
from specc.syntax.parts import Part
from specc.syntax.scan import Finding

Place = Callable[[int], int]
_ATOMS = ("NAME", "NUMBER", "STRING", "CONSTANT")


class Builder:
    """Builds the elements of one text; `place` maps its offsets to those of `source`."""

    def __init__(self, source: Source, reporter: Reporter, limits: Limits, place: Place | None = None) -> None:
        self._source = source
        self._reporter = reporter
        self.limits = limits
        self._place = place
        self.failed = False

    def start(self, part: Part) -> int:
        """Offset of the first character of `part` in the source."""
        if not isinstance(part, Token):
            return part.span.start
        return self.offset(part.start_pos or 0)

    def end(self, part: Part) -> int:
        """Offset after the last character of `part` in the source."""
        if not isinstance(part, Token):
            return part.span.end
        return self.offset((part.end_pos or 1) - 1) + 1

    def offset(self, position: int) -> int:
        """Offset in the source of a position in the text that was parsed."""
        return position if self._place is None else self._place(position)

    def line_of(self, position: int) -> int:
        """Line in the source, from 1, of a position in the text that was parsed."""
        return self._source.position(self.offset(position))[0]

    def span(self, parts: list[Part]) -> Span:
        """From the first to the last of `parts`."""
        if not parts:
            return Span(self._source, self.offset(0), self.offset(0))
        return Span(self._source, self.start(parts[0]), self.end(parts[-1]))

    def token_span(self, token: Token) -> Span:
        """The characters of one token."""
        if self._place is None:
            return Span(self._source, token.start_pos or 0, token.end_pos or 0)
        return Span(self._source, self.start(token), self.end(token))

    def report_finding(self, finding: Finding) -> None:
        """Report what was found at offsets of the text that was parsed."""
        self.failed = True
        other = finding.other
        labels = [] if other is None else [Label(self._stretch(other[0], other[1]), other[2])]
        self._reporter.report(finding.mistake, self._stretch(finding.start, finding.end), labels)

    def shifted(self, start: int) -> Builder:
        """A builder for a text that begins at `start` of this one's."""
        return Builder(self._source, self._reporter, self.limits, lambda position: self.offset(start + position))

    def _stretch(self, start: int, end: int) -> Span:
        first = self.offset(start)
        return Span(self._source, first, self.offset(end - 1) + 1 if end > start else first)

    def report(self, mistake: Mistake, start: int, end: int) -> None:
        """Report `mistake` at offsets of the source."""
        self.failed = True
        self._reporter.report(mistake, Span(self._source, start, end))

    def expression(self, part: Part) -> ast.Expression:
        """An operand: a token that is one by itself, or what was built."""
        if isinstance(part, Token):
            return self._atom(part)
        assert isinstance(part, ast.Expression)
        return part

    def expressions(self, parts: list[Part]) -> tuple[ast.Expression, ...]:
        """The operands among `parts`."""
        return tuple(self.expression(part) for part in parts if is_operand(part))

    def _atom(self, token: Token) -> ast.Expression:
        span = self.token_span(token)
        kind = token.type
        if kind == "NAME":
            return ast.Name(span, token.value)
        if kind == "NUMBER":
            return self._number(token, span)
        if kind == "STRING":
            return ast.String(span, self.string(token))
        return ast.Nothing(span) if token == "none" else ast.Boolean(span, token == "true")

    def _number(self, token: Token, span: Span) -> ast.Number:
        value = number_value(token, self.limits)
        if isinstance(value, Mistake):
            self.report(value, span.start, span.end)
            return ast.Number(span, 0, str(token))
        return ast.Number(span, value, str(token))

    def string(self, token: Token) -> str:
        """Value of a string or docstring token; in `r"..."` a backslash stands for itself."""
        if token.startswith("r"):
            return str(token[2:-1])
        quotes = 3 if token.type == "DOCSTRING" else 1
        read = docstring_value if quotes == 3 else string_value
        value, wrong = read(token[quotes:-quotes], (token.start_pos or 0) + quotes)
        for mistake, start, end in wrong:
            self.report(mistake, self.offset(start), self.offset(end - 1) + 1)
        return value


def is_operand(part: Part) -> bool:
    """Whether `part` is an expression, and not a token between expressions."""
    return not isinstance(part, Token) or part.type in _ATOMS
