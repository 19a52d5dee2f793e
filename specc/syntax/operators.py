"""Precedence: a flat list of operands and operators to expressions, loosest first as in `LEVELS`."""

from __future__ import annotations

from dataclasses import dataclass

from lark import Token

from specc.base.source import Span
from specc.syntax import ast

LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("not",),
    ("==", "!=", "<", "<=", ">", ">=", "in", "not in"),
    ("+", "-"),
    ("*", "/", "//", "%", "@"),
    ("sign",),
    ("**",),
)
_NOT, _COMPARISON, _SIGN = 2, 3, 6
_LEVEL_OF = {operator: level for level, operators in enumerate(LEVELS) for operator in operators}


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator and its place."""

    text: str
    span: Span
    prefix: bool


def operator_text(token: Token) -> str:
    """The operator with single spaces: `not in`."""
    return " ".join(token.split()) if token.startswith("not") else str(token)


def depth_of(operators: list[tuple[str, bool]]) -> int:
    """How deep the tree of these operators (and whether each is a prefix) gets at most, its operands not counted."""
    deepest = run = 0
    levels: set[int] = set()
    for text, prefix in operators:
        run = run + 1 if prefix or text == "**" else 0
        deepest = max(deepest, run)
        if not prefix:
            levels.add(_LEVEL_OF[text])
    return deepest + len(levels)


class Grouping:
    """Groups one flat operation; `misplaced` are the places where a `not` needs parentheses."""

    def __init__(self, items: list[ast.Expression | Operator]) -> None:
        self._items = items
        self._at = 0
        self.misplaced: list[Span] = []

    def group(self) -> ast.Expression:
        """The expression of all items."""
        return self._infix(0)

    def _operator(self) -> Operator | None:
        item = self._items[self._at] if self._at < len(self._items) else None
        return item if isinstance(item, Operator) else None

    def _take(self, level: int) -> Operator | None:
        """The next item, where it is an infix operator of `level`."""
        operator = self._operator()
        if operator is None or operator.prefix or _LEVEL_OF[operator.text] != level:
            return None
        self._at += 1
        return operator

    def _level(self, level: int) -> ast.Expression:
        if level == _NOT:
            return self._prefixed("not", _COMPARISON)
        if level == _SIGN:
            return self._prefixed("+-", _SIGN + 1)
        return self._power() if level > _SIGN else self._infix(level)

    def _infix(self, level: int) -> ast.Expression:
        first = self._level(level + 1)
        rest: list[tuple[str, ast.Expression]] = []
        while (operator := self._take(level)) is not None:
            rest.append((operator.text, self._level(level + 1)))
        if not rest:
            return first
        span = first.span.to(rest[-1][1].span)
        if level < _NOT:
            return ast.Logical(span, rest[0][0], (first, *(operand for _, operand in rest)))
        return (ast.Comparison if level == _COMPARISON else ast.Binary)(span, first, tuple(rest))

    def _prefixed(self, prefixes: str, level: int) -> ast.Expression:
        operators: list[Operator] = []
        while (operator := self._operator()) is not None and operator.prefix and operator.text in prefixes:
            operators.append(operator)
            self._at += 1
        value = self._level(level)
        for operator in reversed(operators):
            value = ast.Unary(operator.span.to(value.span), operator.text, value)
        return value

    def _power(self) -> ast.Expression:
        first = self._operand()
        rest: list[tuple[str, ast.Expression]] = []
        while self._take(_SIGN + 1) is not None:
            following = self._operator()
            rest.append(("**", self._level(_SIGN) if following and following.prefix else self._operand()))
        return ast.Binary(first.span.to(rest[-1][1].span), first, tuple(rest)) if rest else first

    def _operand(self) -> ast.Expression:
        item = self._items[self._at]
        self._at += 1
        if not isinstance(item, Operator):
            return item
        self.misplaced.append(item.span)
        return self._level(_SIGN)
