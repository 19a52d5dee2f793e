"""Layers that compute the same."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.fields import bodies
from specc.ir.graph import Node, Value
from specc.ir.operation import Operation
from specc.passes.rewrite import Cleanup, Found, Scene

_Key = tuple[Operation, tuple[Value | None, ...], tuple[tuple[str, Value], ...]]


class ShareEqual(Cleanup):
    """Computes once what equal layers compute of the same inputs with the same weights.

    Example:
        y = (x -> relu) * (x -> relu)
        a = x -> relu
        y = a * a
    """

    name: ClassVar[str] = "share_equal"

    def clean(self, scene: Scene) -> tuple[Found, ...]:
        """Each later one is replaced by the first, also where they are equal only after earlier replacements."""
        first: dict[_Key, Node] = {}
        stand: dict[Value, Value] = {}
        found: list[Found] = []
        for node in scene.graph.nodes:
            if any(True for _ in bodies(node)) or not node.outputs:
                continue
            inputs = tuple(None if value is None else stand.get(value, value) for value in node.inputs)
            key = (node.operation, inputs, tuple(sorted(node.weights.items(), key=lambda item: item[0])))
            other = first.setdefault(key, node)
            if other is not node:
                stand.update(zip(node.outputs, other.outputs, strict=True))
                found.append(_replacement(node, other))
        return tuple(found)


def _replacement(node: Node, other: Node) -> Found:
    def edit(scene: Scene) -> None:
        for old, new in zip(node.outputs, other.outputs, strict=True):
            scene.patch.replace_uses(old, new)
        scene.patch.remove(node)

    return Found((node, other), edit, "it is equal to an earlier layer")
