"""Layers that move or compute elements of weights alone."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import ClassVar

from specc.ir.graph import Node, Role, Weight
from specc.ir.relayout import Applied, Joined, Part, Product, Relayout, Reshaped, Sum, Transposed
from specc.layers.concat import Concat
from specc.layers.split import Split
from specc.passes.common.constants import WEIGHTS_ARE_INPUTS, all_literal, constant, negated, relayout_of
from specc.passes.common.permutations import TRANSPOSES, permutation
from specc.passes.merge_reshapes import RESHAPES
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene

_MOST = 1 << 16
"""Elements up to which a result may be larger than what it is computed from."""
_COMPUTED: dict[str, Callable[[tuple[Relayout, ...]], Relayout]] = {
    "add": Sum,
    "sub": lambda given: Sum((given[0], negated(given[1]))),
    "mul": Product,
    "div": lambda given: Product((given[0], Applied("reciprocal", given[1]))),
    "neg": lambda given: negated(given[0]),
    "exp": lambda given: Applied("exp", given[0]),
    "sqrt": lambda given: Applied("sqrt", given[0]),
    "reciprocal": lambda given: Applied("reciprocal", given[0]),
}


class FoldConstants(Rewrite):
    """Computes when the model is written what depends on weights and literals alone: other shapes and orders of axes,
    parts, tensors one after another, and floating-point arithmetic. A result that is larger than what it is computed
    from has at most 65,536 elements.

    Example:
        param scale: float32[]; y = x * exp(scale)
        param scale: float32[]; y = x * scale
    """

    name: ClassVar[str] = "fold_constants"
    layers: ClassVar[tuple[str, ...]] = (*TRANSPOSES, *RESHAPES, "split", "concat", *_COMPUTED)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A layer that reads weights, and nothing else."""
        given = [value for value in node.inputs if value is not None]
        if not all(isinstance(value, Weight) for value in given):
            return None
        if any(constant(value, scene) is None for value in given):
            why = "it is computed in many steps" if scene.setting.with_weights else WEIGHTS_ARE_INPUTS
            return Refused((node,), why)
        sizes = [_count(value.type.shape) for value in node.outputs]
        if max(sizes) > max(_MOST, sum(_count(value.type.shape) for value in given)):
            return Refused((node,), "the result is larger than what it is computed from")
        made = _relayouts(node)
        if made is None:
            return None

        def edit(scene: Scene) -> None:
            role = Role.LITERAL if all_literal(node) else Role.TRAINABLE
            for value, relayout in zip(node.outputs, made, strict=True):
                dims = tuple(dim for dim in value.type.shape if isinstance(dim, int))
                scene.patch.replace_uses(value, scene.folded(f"{value.name}/constant", value, dims, relayout, role))
            scene.patch.remove(node)

        return Found((node,), edit, "it depends on weights alone")


def _count(shape: tuple[object, ...]) -> int:
    return prod(dim for dim in shape if isinstance(dim, int))


def _relayouts(node: Node) -> tuple[Relayout, ...] | None:
    """How each result is computed."""
    name, given = node.operation.name, tuple(relayout_of(value) for value in node.inputs if value is not None)
    if name in _COMPUTED:
        return (_COMPUTED[name](given),) if node.outputs[0].type.dtype.is_float else None
    shape = tuple(dim for dim in node.outputs[0].type.shape if isinstance(dim, int))
    if name in RESHAPES:
        return (Reshaped(given[0], shape),)
    if name == "concat":
        assert isinstance(node.operation, Concat)
        return (Joined(given, node.operation.axis % len(shape)),)
    if name == "split":
        return _parts(node, given[0])
    order = permutation(node)
    return None if order is None else (Transposed(given[0], order),)


def _parts(node: Node, source: Relayout) -> tuple[Relayout, ...]:
    operation = node.operation
    assert isinstance(operation, Split)
    axis, start = operation.axis % node.outputs[0].type.rank, 0
    made: list[Relayout] = []
    for value in node.outputs:
        size = value.type.shape[axis]
        assert isinstance(size, int)
        made.append(Part(source, axis, start, start + size))
        start += size
    return tuple(made)
