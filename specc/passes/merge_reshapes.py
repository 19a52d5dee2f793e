"""Shapes changed twice."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node
from specc.ir.operation import Arguments, Rejected
from specc.layers.reshape import Reshape
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene

RESHAPES = ("reshape", "flatten", "squeeze", "unsqueeze")


class MergeReshapes(Rewrite):
    """Gives a tensor its last shape at once: `reshape`, `flatten`, `squeeze` and `unsqueeze` all keep the order of the
    elements. Where that is the shape that it had, nothing is left.

    Example:
        x -> unsqueeze(1) -> flatten(1) -> reshape([N, 2, 4])
        x -> reshape([N, 2, 4])
    """

    name: ClassVar[str] = "merge_reshapes"
    layers: ClassVar[tuple[str, ...]] = RESHAPES

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """One that reads another, which is not needed by itself unless nothing is left of both."""
        tensor, result = node.inputs[0], node.outputs[0]
        before = None if tensor is None else tensor.producer
        if tensor is None or before is None or before.operation.name not in RESHAPES:
            return None
        source = before.inputs[0]
        assert source is not None
        if source.type == result.type:

            def drop(scene: Scene) -> None:
                scene.patch.replace_uses(result, source)
                scene.patch.remove(node)
                if scene.only_reader(tensor) is node:
                    scene.patch.remove(before)

            return Found((before, node), drop, "the second undoes the first")
        if scene.only_reader(tensor) is not node:
            return None
        made = Reshape(result.type.shape)
        try:
            made.infer(Arguments(made.ports, (source.type,)))
        except Rejected:
            return Refused((before, node), "the sizes are not shown to fit without the shape in between")

        def edit(scene: Scene) -> None:
            scene.patch.change(node, made, inputs=(source,))
            scene.patch.remove(before)

        return Found((before, node), edit, "two as one")
