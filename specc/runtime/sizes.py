"""Sizes as models spell them (`N`, `T + 1`, `(H + 1)//2`), and their values at one run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from operator import add, floordiv, mul, sub


class Unspellable(Exception):
    """The text is no arithmetic on names and integers."""


_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: add,
    ast.Sub: sub,
    ast.Mult: mul,
    ast.FloorDiv: floordiv,
    ast.Pow: lambda base, power: base**power if 0 <= power <= 8 else 0,
}


def _tree(text: str) -> ast.expr:
    try:
        return ast.parse(text.replace("^", "**"), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unspellable from None


def symbols_of(text: str) -> frozenset[str]:
    """Names in `text`; the whole of it where it is no arithmetic."""
    try:
        tree = _tree(text)
        size_of(text, dict.fromkeys((name := _names(tree)), 1))
    except (Unspellable, ZeroDivisionError):
        return frozenset({text})
    return name


def _names(tree: ast.expr) -> frozenset[str]:
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return frozenset(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)) - called


def size_of(text: str, values: Mapping[str, int]) -> int | None:
    """Value of `text`, None where a symbol is not known. A text that is no arithmetic is a symbol itself."""
    if text in values:
        return values[text]
    try:
        return _value(_tree(text), values)
    except (KeyError, Unspellable, ZeroDivisionError):
        return None


def _value(node: ast.expr, values: Mapping[str, int]) -> int:
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return _OPERATORS[type(operator)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id="min" | "max" as name), args=[left, right], keywords=[]):
            sides = _value(left, values), _value(right, values)
            return min(sides) if name == "min" else max(sides)
    raise Unspellable


def solve(text: str, symbol: str, size: int, values: Mapping[str, int]) -> int | None:
    """The value of `symbol` with which `text` is `size`, where `text` is linear in it; None where there is none."""
    at = [size_of(text, {**values, symbol: trial}) for trial in (0, 1, 2)]
    if at[0] is None or at[1] is None or at[2] is None or at[1] == at[0] or at[2] - at[1] != at[1] - at[0]:
        return None
    found = (size - at[0]) // (at[1] - at[0])
    return found if size_of(text, {**values, symbol: found}) == size else None
