"""What every part of the YAML reader works with: scalars read as fragments of the text form, and mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from specc.base.diagnostics import Mistake, Reporter
from specc.base.limits import Limits
from specc.base.source import Source, Span
from specc.syntax import ast
from specc.syntax.text import Fragments
from specc.syntax.yaml_errors import UnknownKey, WrongNode
from specc.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence, kind_of
from specc.syntax.yaml_places import Place, scalar_place, splice

T = TypeVar("T")


class EnoughMistakes(Exception):
    """So many mistakes were reported that reading ends."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One file being read. Every method gives None, or leaves out, what it has reported as a mistake."""

    source: Source
    reporter: Reporter
    fragments: Fragments
    limits: Limits

    def stop_if_enough(self) -> None:
        """Raise `EnoughMistakes` where more would only cost time."""
        if len(self.reporter.diagnostics) >= self.limits.errors:
            raise EnoughMistakes

    def report(self, mistake: Mistake, span: Span) -> None:
        """Keep a mistake."""
        self.stop_if_enough()
        self.reporter.report(mistake, span)

    def scalar(self, node: Node, where: str, wanted: str = "text") -> Scalar | None:
        """`node` if it is text."""
        if isinstance(node, Scalar) and not node.empty:
            return node
        self.report(WrongNode(where, wanted, kind_of(node)), node.span)
        return None

    def mapping(self, node: Node, where: str) -> Mapping | None:
        """`node` if it is a mapping; nothing counts as an empty one."""
        if isinstance(node, Mapping):
            return node
        if isinstance(node, Scalar) and node.empty:
            return Mapping((), node.span)
        self.report(WrongNode(where, "a mapping", kind_of(node)), node.span)
        return None

    def items(self, node: Node, where: str) -> tuple[Node, ...]:
        """The entries of a list; a single text is a list of one."""
        if isinstance(node, Sequence):
            return node.items
        if isinstance(node, Scalar):
            return () if node.empty else (node,)
        self.report(WrongNode(where, "a list", kind_of(node)), node.span)
        return ()

    def known_keys(self, mapping: Mapping, known: tuple[str, ...], where: str) -> None:
        """Report every key of `mapping` that isn't one of `known`."""
        for key, _ in mapping.entries:
            if key.value not in known:
                self.report(UnknownKey(key.value, where, known), key.span)

    def statement(self, *pieces: str | Scalar) -> ast.Statement | None:
        """The statement that the pieces spell together."""
        self.stop_if_enough()
        return self.fragments.statement(*splice(pieces))

    def value(self, node: Node, where: str) -> ast.Expression | None:
        """What stands right of `=`: text, where commas make a tuple; a list or a mapping as data."""
        if isinstance(node, Scalar) and not node.empty:
            return self.fragments.values(node.value, scalar_place(node))
        return self.expression(node, where)

    def expression(self, node: Node, where: str) -> ast.Expression | None:
        """An expression: text, or a list or mapping of such."""
        self.stop_if_enough()
        if isinstance(node, Sequence):
            items = [self.expression(item, where) for item in node.items]
            return ast.ListExpression(node.span, complete(items)) if None not in items else None
        if isinstance(node, Mapping):
            entries = [self._entry(key, value, where) for key, value in node.entries]
            return ast.MapExpression(node.span, complete(entries)) if None not in entries else None
        scalar = self.scalar(node, where, "an expression")
        return None if scalar is None else self.fragments.expression(scalar.value, scalar_place(scalar))

    def _entry(self, key: Scalar, node: Node, where: str) -> tuple[ast.Expression, ast.Expression] | None:
        name = self.fragments.expression(key.value, scalar_place(key))
        value = self.expression(node, where)
        return (name, value) if name is not None and value is not None else None


def complete(items: Iterable[T | None]) -> tuple[T, ...]:
    """Those that could be read."""
    return tuple(item for item in items if item is not None)


def part(scalar: Scalar, start: int) -> tuple[str, Place]:
    """The text of `scalar` from offset `start` on, and its place."""
    place = scalar_place(scalar)
    return scalar.value[start:], lambda offset: place(start + offset)
