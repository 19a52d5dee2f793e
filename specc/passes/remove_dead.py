"""Layers that no output needs."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.algorithms import dead_nodes
from specc.passes.rewrite import Cleanup, Found, Scene


class RemoveDead(Cleanup):
    """Removes layers on which no output depends. Their weights go with them, as far as nothing else reads these.

    Example:
        a = x -> linear(8) as unused
        y = x -> relu
    """

    name: ClassVar[str] = "remove_dead"

    def clean(self, scene: Scene) -> tuple[Found, ...]:
        """One change for every such node."""
        return tuple(
            Found((node,), lambda scene, node=node: scene.patch.remove(node), "no output needs it")  # type: ignore[misc]
            for node in dead_nodes(scene.graph)
        )
