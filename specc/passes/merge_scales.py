"""Factors after each other."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node, Role, Weight
from specc.ir.relayout import Applied, Product, Relayout
from specc.layers.common.broadcasting import joined
from specc.layers.mul import Mul
from specc.passes.common.arithmetic import operands
from specc.passes.common.constants import relayout_of
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class MergeScales(Rewrite):
    """Multiplies once where a floating-point tensor is multiplied or divided by two constants in turn.

    Formula: (x * a) / b = x * (a / b)
    Example:
        y = x * 3 / 4
        y = x * 0.75
    """

    name: ClassVar[str] = "merge_scales"
    layers: ClassVar[tuple[str, ...]] = ("mul", "div")

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A product or quotient that alone reads another."""
        second = _factor(node, scene)
        before = None if second is None else _maker(node, scene)
        first = None if before is None else _factor(before, scene)
        if second is None or before is None or first is None:
            return None
        nodes = (before, node)
        if scene.only_reader(before.outputs[0]) is not node:
            return None
        dims = joined(first[0].type.shape, second[0].type.shape)
        if dims not in (first[0].type.shape, second[0].type.shape):
            return Refused(nodes, "the product of the constants would be larger than both")
        found = operands(before, scene)
        assert found is not None

        def edit(scene: Scene) -> None:
            literal = first[0].role is second[0].role is Role.LITERAL
            role = Role.LITERAL if literal else Role.TRAINABLE
            sizes = tuple(dim for dim in dims if isinstance(dim, int))
            factor = scene.folded(f"{node.path}/factor", node.outputs[0], sizes, Product((first[1], second[1])), role)
            scene.patch.change(node, Mul(), inputs=(found[0], factor))
            scene.patch.remove(before)

        return Found(nodes, edit, "two factors as one")


def _maker(node: Node, scene: Scene) -> Node | None:
    found = operands(node, scene)
    return None if found is None else found[0].producer


def _factor(node: Node, scene: Scene) -> tuple[Weight, Relayout] | None:
    """The constant and what the tensor is multiplied by."""
    if node.operation.name not in ("mul", "div"):
        return None
    found = operands(node, scene)
    if found is None or found[1] is None or (found[2] and node.operation.name == "div"):
        return None
    relayout = relayout_of(found[1])
    return found[1], relayout if node.operation.name == "mul" else Applied("reciprocal", relayout)
