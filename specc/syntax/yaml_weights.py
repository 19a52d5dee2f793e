"""`weights`: the one place where YAML scalars are plain strings."""

from __future__ import annotations

from specc.syntax import ast
from specc.syntax.yaml_errors import WrongNode
from specc.syntax.yaml_nodes import Mapping, Node, Scalar, Sequence, kind_of
from specc.syntax.yaml_reading import Reading, complete

RULES = ("rename", "ignore")


def read_rules(reading: Reading, node: Node) -> tuple[ast.WeightRule, ...]:
    """The rules of a list of `{rename: [pattern, replacement]}` and `{ignore: pattern}`."""
    return complete(_rule(reading, item) for item in reading.items(node, "`weights`"))


def _rule(reading: Reading, node: Node) -> ast.WeightRule | None:
    if not isinstance(node, Mapping) or len(node.entries) != 1:
        reading.report(WrongNode("a rule of `weights`", "a mapping with one key", kind_of(node)), node.span)
        return None
    reading.known_keys(node, RULES, "a rule of `weights`")
    key, value = node.entries[0]
    span = key.span.to(value.span)
    if key.value == "ignore":
        return ast.WeightRule(span, value.value, None) if isinstance(value, Scalar) else _malformed(reading, value)
    texts = [item.value for item in value.items if isinstance(item, Scalar)] if isinstance(value, Sequence) else []
    if key.value == "rename" and (len(texts) != 2 or not isinstance(value, Sequence) or len(value.items) != 2):
        return _malformed(reading, value)
    return ast.WeightRule(span, texts[0], texts[1]) if key.value == "rename" else None


def _malformed(reading: Reading, node: Node) -> ast.WeightRule | None:
    wanted = "`rename: [pattern, replacement]` or `ignore: pattern`"
    reading.report(WrongNode("a rule of `weights`", wanted, kind_of(node)), node.span)
    return None
