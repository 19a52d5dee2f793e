"""Linear maps after each other, with nothing in between."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import ClassVar

from specc.ir.graph import Node, Value, Weight
from specc.ir.operation import Operation
from specc.ir.relayout import MatrixProduct, Relayout, Reshaped, Sum
from specc.layers.common.windows import windows
from specc.layers.conv import Conv
from specc.layers.linear import Linear
from specc.passes.common.constants import relayout_of
from specc.passes.common.scaling import stem, why_fixed
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class MergeLinear(Rewrite):
    """Makes one linear layer of two, or one convolution of one and a 1x1 convolution after it, with the product of
    their matrices. Only where that has fewer weights: two narrow layers may stand for one of low rank.

    Formula: b * (a * x + c) + d = (b a) * x + (b c + d)
    Example:
        x -> linear(256) -> linear(10)
        x -> linear(10)
    """

    name: ClassVar[str] = "merge_linear"
    layers: ClassVar[tuple[str, ...]] = ("linear", "conv")

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """The later of two."""
        tensor = node.inputs[0]
        before = None if tensor is None else tensor.producer
        if tensor is None or before is None or not _fits(before, node):
            return None
        nodes = (before, node)
        if scene.only_reader(tensor) is not node:
            return Refused(nodes, "the result in between is used elsewhere, too")
        why = why_fixed(before, scene) or why_fixed(node, scene)
        if why is not None:
            return Refused(nodes, why)
        first, second = before.weights["weight"], node.weights["weight"]
        assert isinstance(first, Weight)
        assert isinstance(second, Weight)
        apart, merged = prod(first.dims) + prod(second.dims), second.dims[0] * prod(first.dims[1:])
        if merged >= apart:
            return Refused(nodes, f"{merged:,} weights in place of {apart:,}")

        def edit(scene: Scene) -> None:
            operation, weights = _merged(before, node, scene)
            scene.patch.change(node, operation, inputs=before.inputs, weights=weights)
            scene.patch.remove(before)

        return Found(nodes, edit, f"{merged:,} weights in place of {apart:,}")


def _fits(before: Node, node: Node) -> bool:
    if isinstance(before.operation, Linear):
        return isinstance(node.operation, Linear)
    operation, axes = node.operation, node.outputs[0].type.rank - 2
    if not isinstance(before.operation, Conv) or not isinstance(operation, Conv):
        return False
    made = windows("conv", axes, operation.kernel, operation.stride, operation.padding)
    plain = all((w.kernel, w.stride, w.before, w.after) == (1, 1, 0, 0) for w in made)
    return plain and operation.groups == before.operation.groups == 1


def _merged(before: Node, node: Node, scene: Scene) -> tuple[Operation, dict[str, Value]]:
    first, second = before.weights["weight"], node.weights["weight"]
    assert isinstance(first, Weight)
    assert isinstance(second, Weight)
    out, between = second.dims[0], second.dims[1]
    matrix = Reshaped(relayout_of(second), (out, between))
    wide = MatrixProduct(matrix, Reshaped(relayout_of(first), (between, prod(first.dims[1:]))))
    dims = (out, *first.dims[1:])
    weights: dict[str, Value] = {}
    weights["weight"] = scene.folded(f"{stem(node, 'weight')}/folded", second, dims, Reshaped(wide, dims))
    inner, outer = before.weights.get("bias"), node.weights.get("bias")
    parts: tuple[Relayout, ...] = () if outer is None else (relayout_of(outer),)
    if inner is not None:
        column = MatrixProduct(matrix, Reshaped(relayout_of(inner), (between, 1)))
        parts = (*parts, Reshaped(column, (out,)))
    if parts:
        total = parts[0] if len(parts) == 1 else Sum(parts)
        weights["bias"] = scene.folded(f"{stem(node, 'bias')}/folded", second, (out,), total)
    assert isinstance(before.operation, Conv | Linear)
    return replace(before.operation, out=out, bias=bool(parts)), weights
