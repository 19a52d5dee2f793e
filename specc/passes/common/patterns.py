"""Shapes of small computations, however they are written."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose

from specc.ir.graph import Node, Value
from specc.passes.common.constants import literal_number


def maker(value: Value | None, *layers: str) -> Node | None:
    """The node that makes `value`, where its layer is one of `layers`."""
    node = None if value is None else value.producer
    return node if node is not None and node.operation.name in layers else None


def with_number(node: Node | None, *layers: str) -> tuple[Value, float] | None:
    """The tensor and the number of a `node` of one of `layers`; the number stands second, or on either side where that
    makes no difference."""
    if node is None or node.operation.name not in layers or len(node.inputs) < 2:
        return None
    first, second = node.inputs[0], node.inputs[1]
    number = literal_number(second)
    if first is not None and number is not None and first.type == node.outputs[0].type:
        return first, number
    number = literal_number(first)
    if second is not None and number is not None and node.operation.name in ("add", "mul"):
        return (second, number) if second.type == node.outputs[0].type else None
    return None


def scaled(value: Value | None) -> tuple[Value, float, tuple[Node, ...]] | None:
    """The tensor and the factor of which `value` is the product or the quotient."""
    node = maker(value, "mul", "div")
    found = with_number(node, "mul", "div")
    if node is None or found is None:
        return None
    return found[0], found[1] if node.operation.name == "mul" else 1 / found[1] if found[1] else 0.0, (node,)


def square_of(value: Value | None) -> tuple[Value, tuple[Node, ...]] | None:
    """The tensor of which `value` is the square."""
    node = maker(value, "square", "mul", "pow")
    if node is None:
        return None
    first = node.inputs[0]
    if first is None:
        return None
    if node.operation.name == "pow":
        found = with_number(node, "pow")
        return (first, (node,)) if found is not None and found[1] == 2 else None
    same = node.operation.name == "square" or node.inputs[1] is first
    return (first, (node,)) if same else None


def cube_of(value: Value | None) -> tuple[Value, tuple[Node, ...]] | None:
    """The tensor of which `value` is the third power."""
    node = maker(value, "mul", "pow")
    if node is None:
        return None
    if node.operation.name == "pow":
        found = with_number(node, "pow")
        return (found[0], (node,)) if found is not None and found[1] == 3 else None
    for one, other in orders(node):
        square = square_of(one)
        if square is not None and square[0] is other:
            return square[0], (*square[1], node)
    return None


def orders(node: Node) -> Iterator[tuple[Value, Value]]:
    """Both inputs of a node of two, in both orders."""
    first, second = node.inputs[0], node.inputs[1]
    if first is not None and second is not None:
        yield first, second
        yield second, first


def factors(node: Node, most: int = 5) -> tuple[list[Value], float, tuple[Node, ...]]:
    """The tensors and the number whose product `node` is, and the nodes that multiply; at most `most` tensors, and
    twice as many nodes."""
    pending: list[Value | None] = [node.outputs[0]]
    found: list[Value] = []
    nodes: list[Node] = []
    number = 1.0
    while pending:
        value = pending.pop()
        assert value is not None
        made = value.producer if len(nodes) < 2 * most else None
        literal = literal_number(value)
        if literal is not None:
            number *= literal
            continue
        divided = with_number(made, "div")
        if made is not None and divided is not None and divided[1] and len(found) + len(pending) < most:
            number /= divided[1]
            nodes.append(made)
            pending.append(divided[0])
        elif made is not None and made.operation.name == "mul" and len(found) + len(pending) < most:
            nodes.append(made)
            pending += made.inputs
        else:
            found.append(value)
    return found, number, tuple(nodes)


def near(number: float, wanted: float) -> bool:
    """Whether `number` is `wanted`, written with at least six digits."""
    return isclose(number, wanted, rel_tol=2e-6)


def inner(nodes: tuple[Node, ...], last: Node) -> list[Value]:
    """What `nodes` make but for `last`."""
    return [value for node in nodes if node is not last for value in node.outputs]
