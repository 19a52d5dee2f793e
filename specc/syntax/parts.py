"""What the builder makes beside the syntax tree's own elements, and how it takes children apart."""

from __future__ import annotations

from collections.abc import Iterable

from lark import Token

from specc.syntax import ast

Part = Token | ast.Element


@ast.node
class Several(ast.Element):
    """A list of elements that is no element of the tree: a body, parameters, checks."""

    items: tuple[ast.Element, ...]


@ast.node
class Entry(ast.Element):
    """`key: value` of a map."""

    key: ast.Expression
    value: ast.Expression


@ast.node
class Indices(ast.Element):
    """`[i, j]` after the name of a constant."""

    names: tuple[str, ...]


@ast.node
class MemberTail(ast.Element):
    """`.name`."""

    name: str


@ast.node
class CallTail(ast.Element):
    """`(arguments)`."""

    arguments: tuple[ast.Argument, ...]


@ast.node
class SubscriptTail(ast.Element):
    """`[indices]`."""

    indices: tuple[ast.Expression | ast.Range | ast.Ellipsis_, ...]


def has(parts: Iterable[Part], kind: str) -> bool:
    """Whether a token of `kind` is among `parts`."""
    return any(isinstance(part, Token) and part.type == kind for part in parts)


def after(parts: list[Part], kind: str) -> Part | None:
    """What follows the first token of `kind`."""
    for index, part in enumerate(parts[:-1]):
        if isinstance(part, Token) and part.type == kind:
            return parts[index + 1]
    return None


def elements(parts: Iterable[Part]) -> tuple[ast.Element, ...]:
    """The parts that are not tokens."""
    return tuple(part for part in parts if not isinstance(part, Token))
