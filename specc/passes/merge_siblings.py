"""Linear layers of one tensor."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc.ir.graph import Node, Value, Weight
from specc.ir.relayout import Filled, Joined, Relayout
from specc.layers.linear import Linear
from specc.layers.split import Split
from specc.passes.common.constants import relayout_of
from specc.passes.common.scaling import why_fixed
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene

_MOST = 64
"""Layers that may read the tensor."""


class MergeSiblings(Rewrite):
    """Makes one linear layer of several that read the same tensor (queries, keys and values), and cuts its result. On
    CPUs this was measured to be no faster; so it is made at `-O3` alone.

    Formula: [a x + c, b x + d] = [a; b] x + [c; d]
    Example:
        q = x -> linear(64); k = x -> linear(64)
        q, k = x -> linear(128) -> split(2, axis=-1)
    """

    name: ClassVar[str] = "merge_siblings"
    level: ClassVar[int] = 3
    layers: ClassVar[tuple[str, ...]] = ("linear",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """The first of those that read the tensor."""
        tensor = node.inputs[0]
        assert tensor is not None
        readers = scene.readers(tensor)
        if len(readers) > _MOST:
            return None
        siblings = tuple(one for one in readers if isinstance(one.operation, Linear) and one.inputs[0] is tensor)
        if len(siblings) < 2 or siblings[0] is not node:
            return None
        for one in siblings:
            why = why_fixed(one, scene)
            if why is not None:
                return Refused(siblings, why)
        if len({one.weights["weight"].type.dtype for one in siblings}) > 1:
            return Refused(siblings, "the weights are of different element types")
        return Found(siblings, lambda scene: _merge(siblings, tensor, scene), "one linear layer")


def _merge(siblings: tuple[Node, ...], tensor: Value, scene: Scene) -> None:
    first = siblings[0]
    operations = [one.operation for one in siblings if isinstance(one.operation, Linear)]
    sizes, biased = tuple(one.out for one in operations), any(one.bias for one in operations)
    main = first.weights["weight"]
    assert isinstance(main, Weight)
    total = sum(sizes)
    weights: dict[str, Value] = {}
    rows = Joined(tuple(relayout_of(one.weights["weight"]) for one in siblings), 0)
    weights["weight"] = scene.folded(f"{first.path}.weight/siblings", main, (total, main.dims[1]), rows)
    if biased:
        parts = tuple(_bias(one, size) for one, size in zip(siblings, sizes, strict=True))
        weights["bias"] = scene.folded(f"{first.path}.bias/siblings", main, (total,), Joined(parts, 0))
    wide = scene.made(first, replace(operations[0], out=total, bias=biased), (tensor,), f"{first.path}/all", weights)
    cut = scene.made(first, Split(sizes, -1), wide.outputs, f"{first.path}/cut")
    scene.patch.insert_before(first, wide, cut)
    for one, value in zip(siblings, cut.outputs, strict=True):
        scene.patch.replace_uses(one.outputs[0], value)
    scene.patch.remove(*siblings)


def _bias(node: Node, size: int) -> Relayout:
    bias = node.weights.get("bias")
    return Filled((size,), 0.0) if bias is None else relayout_of(bias)
