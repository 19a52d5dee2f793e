"""Lark tree to syntax tree, without recursion: children before parents, one function per rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from lark import Token, Tree

from specc.syntax.build_expressions import EXPRESSION_RULES
from specc.syntax.build_statements import STATEMENT_RULES
from specc.syntax.builder import Builder
from specc.syntax.errors import TooDeep
from specc.syntax.operators import depth_of, operator_text
from specc.syntax.parts import Part

RULES: Mapping[str, Callable[[Builder, list[Part]], Part]] = {**EXPRESSION_RULES, **STATEMENT_RULES}


def build(tree: Tree[Token] | Token, builder: Builder) -> Part | None:
    """The element that `tree` stands for; None where it is nested too deeply."""
    if isinstance(tree, Token):
        return tree
    order: list[Tree[Token]] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(child for child in node.children if isinstance(child, Tree))
    return _reduce(order, builder)


def _reduce(order: list[Tree[Token]], builder: Builder) -> Part | None:
    """Build the nodes of `order` from its end, children first."""
    done: dict[int, Part] = {}
    depths: dict[int, int] = {}
    part: Part | None = None
    for node in reversed(order):
        depth = 0
        parts: list[Part] = []
        for child in node.children:
            if isinstance(child, Tree):
                parts.append(done.pop(id(child)))
                depth = max(depth, depths.pop(id(child)))
            else:
                parts.append(child)
        own_depth = _OWN_DEPTH.get(node.data)
        if own_depth is not None:
            depth += own_depth(node)
        if depth > builder.limits.nesting:
            mistake = TooDeep("operations", builder.limits.nesting)
            builder.report(mistake, builder.start(parts[0]), builder.end(parts[-1]))
            return None
        depths[id(node)] = depth
        part = RULES[node.data](builder, parts)
        done[id(node)] = part
    return part


def _flat(node: Tree[Token]) -> int:
    return 1


def _postfix(node: Tree[Token]) -> int:
    return len(node.children) - 1


def _conditional(node: Tree[Token]) -> int:
    return len(node.children) // 4


def _operation(node: Tree[Token]) -> int:
    tokens = (child for child in node.children if isinstance(child, Token))
    return depth_of([(operator_text(t), t.type == "PREFIX") for t in tokens if t.type in ("PREFIX", "INFIX")])


# How many levels of expressions a node adds at most.
_OWN_DEPTH: Mapping[str, Callable[[Tree[Token]], int]] = {
    "postfix": _postfix,
    "conditional": _conditional,
    "operation": _operation,
    **dict.fromkeys(("list", "tuple", "map", "comprehension", "pipeline", "path"), _flat),
}
