"""Axes reordered twice."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node, Value
from specc.layers.transpose import Transpose
from specc.passes.common.permutations import TRANSPOSES, composed, in_order, permutation
from specc.passes.rewrite import Found, Outcome, Rewrite, Scene


class MergeTransposes(Rewrite):
    """Reorders axes once where they are reordered twice, and not at all where they end up as they were.

    Example:
        x -> swap(1, 2) -> transpose([0, 2, 1]) -> relu
        x -> relu
    """

    name: ClassVar[str] = "merge_transposes"
    layers: ClassVar[tuple[str, ...]] = TRANSPOSES

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """One that reads another, which is not needed by itself unless nothing is left of both."""
        second, tensor = permutation(node), node.inputs[0]
        assert second is not None
        assert tensor is not None
        if in_order(second):
            return Found((node,), lambda scene: _drop(scene, (node,), tensor), "it moves nothing")
        before = tensor.producer
        first = permutation(before)
        if before is None or first is None:
            return None
        source, axes = before.inputs[0], composed(first, second)
        assert source is not None
        if in_order(axes):
            both = (before, node) if scene.only_reader(tensor) is node else (node,)
            return Found((before, node), lambda scene: _drop(scene, both, source), "the second undoes the first")
        if scene.only_reader(tensor) is not node:
            return None

        def edit(scene: Scene) -> None:
            scene.patch.change(node, Transpose(axes), inputs=(source,))
            scene.patch.remove(before)

        return Found((before, node), edit, "two as one")


def _drop(scene: Scene, nodes: tuple[Node, ...], source: Value) -> None:
    scene.patch.replace_uses(nodes[-1].outputs[0], source)
    scene.patch.remove(*nodes)
