"""`weights`: the one place where YAML scalars are plain strings, but for steps and numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from specc.base.source import Span
from specc.syntax import ast
from specc.syntax.yaml_errors import WrongNode
from specc.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence, kind_of
from specc.syntax.yaml_places import scalar_place
from specc.syntax.yaml_reading import Reading, complete

_OF_ONE: Final[dict[str, Callable[[Span, str], ast.WeightRule]]] = {
    "ignore": ast.Ignore,
    "keep": ast.Keep,
    "under": ast.Under,
}
RULES = ("rename", "fill", *_OF_ONE)
_RENAME = "`rename: [pattern, replacement]`, steps perhaps between them"


def read_rules(reading: Reading, node: Node) -> tuple[ast.WeightRule, ...]:
    """The rules of a list of `{rename: [pattern, step, replacement]}`, `{ignore: pattern}`, and so on."""
    return complete(_rule(reading, item) for item in reading.items(node, "`weights`"))


def _rule(reading: Reading, node: Node) -> ast.WeightRule | None:
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        reading.report(WrongNode("a rule of `weights`", "a mapping with one key", kind_of(node)), node.span)
        return None
    reading.known_keys(node, RULES, "a rule of `weights`")
    key, value = node.entries[0]
    span = key.span.to(value.span)
    if key.value in _OF_ONE:
        make = _OF_ONE[key.value]
        return (
            make(span, value.value) if isinstance(value, Scalar) else _malformed(reading, value, f"`{key.value}: text`")
        )
    if key.value == "fill":
        return _fill(reading, value, span)
    return _rename(reading, value, span) if key.value == "rename" else None


def _fill(reading: Reading, node: Node, span: Span) -> ast.WeightRule | None:
    match node:
        case Sequence(items=(Scalar(value=pattern), Scalar() as number)):
            value = reading.fragments.expression(number.value, scalar_place(number))
            return None if value is None else ast.Fill(span, pattern, value)
    return _malformed(reading, node, "`fill: [pattern, number]`")


def _rename(reading: Reading, node: Node, span: Span) -> ast.WeightRule | None:
    items = node.items if isinstance(node, Sequence) else ()
    patterns, targets = (_texts(item) for item in (items[0], items[-1])) if len(items) > 1 else ((), ())
    middle = [item for item in items[1:-1] if isinstance(item, Scalar)]
    if not patterns or not targets or len(middle) != len(items) - 2:
        return _malformed(reading, node, _RENAME)
    steps = [reading.fragments.weight_step(step.value, scalar_place(step)) for step in middle]
    return None if None in steps else ast.Rename(span, patterns, complete(steps), targets)


def _texts(node: Node) -> tuple[str, ...]:
    """One text, or the texts of a list; nothing for anything else."""
    if isinstance(node, Scalar):
        return (node.value,)
    texts = [item.value for item in node.items if isinstance(item, Scalar)] if isinstance(node, Sequence) else []
    return tuple(texts) if isinstance(node, Sequence) and len(texts) == len(node.items) else ()


def _malformed(reading: Reading, node: Node, wanted: str) -> ast.WeightRule | None:
    reading.report(WrongNode("a rule of `weights`", wanted, kind_of(node)), node.span)
    return None
