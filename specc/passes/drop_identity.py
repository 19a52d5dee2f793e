"""Layers that give back their input."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node
from specc.passes.rewrite import Found, Outcome, Rewrite, Scene


class DropIdentity(Rewrite):
    """Leaves out layers whose result is their input: `identity`, `dropout` and `stochastic_depth`, which do nothing
    outside of training, and a cast, a reshape, a padding, ... to the type that the tensor has.

    Example:
        x -> dropout(0.1) -> linear(8)
        x -> linear(8)
    """

    name: ClassVar[str] = "drop_identity"
    layers: ClassVar[tuple[str, ...]] = (
        "identity", "dropout", "stochastic_depth", "cast", "flatten", "reshape", "pad", "expand", "tile", "concat",
        "split",
    )  # fmt: skip

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """Any of them with the type of the input: none moves elements within a tensor of one type."""
        tensor, result = node.inputs[0], node.outputs[0]
        if tensor is None or len(node.inputs) != 1 or len(node.outputs) != 1 or tensor.type != result.type:
            return None

        def edit(scene: Scene) -> None:
            scene.patch.replace_uses(result, tensor)
            scene.patch.remove(node)

        return Found((node,), edit, "its result is its input")
