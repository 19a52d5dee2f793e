"""Poolings that a simpler pooling stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from specc.ir.graph import Node, Value
from specc.ir.operation import Arguments, Operation, Rejected
from specc.layers.avgpool import AvgPool
from specc.layers.common.windows import Window, windows
from specc.layers.global_avgpool import GlobalAvgPool
from specc.layers.global_maxpool import GlobalMaxPool
from specc.layers.maxpool import MaxPool
from specc.layers.mean import Mean
from specc.layers.upsample import Upsample
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class SimplifyPooling(Rewrite):
    """Makes one pooling of two without overlaps and padding, and one enlargement of two that repeat elements; a global
    pooling of one whose window is the whole image, and of a mean over all positions; and leaves out windows of one
    element.

    Formula: max of maxima, mean of equally many means
    Example:
        x -> maxpool(2) -> maxpool(2)
        x -> maxpool(4)
    """

    name: ClassVar[str] = "simplify_pooling"
    layers: ClassVar[tuple[str, ...]] = ("avgpool", "maxpool", "mean", "upsample", "global_avgpool", "global_maxpool")

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A pooling by itself, then one after another."""
        tensor = node.inputs[0]
        assert tensor is not None
        if _nothing(node, tensor):

            def drop(scene: Scene) -> None:
                scene.patch.replace_uses(node.outputs[0], tensor)
                scene.patch.remove(node)

            return Found((node,), drop, "its windows are of one element")
        whole = _global(node, tensor)
        if whole is not None and _fits(whole, tensor, node):
            note = "its window is the whole image"
            return Found((node,), lambda scene: scene.patch.change(node, whole, weights={}), note)
        before = tensor.producer
        return None if before is None else _one_of_two(before, node, scene)


def _nothing(node: Node, tensor: Value) -> bool:
    if isinstance(node.operation, GlobalAvgPool | GlobalMaxPool):
        return tensor.type == node.outputs[0].type
    if not isinstance(node.operation, AvgPool | MaxPool) or len(node.outputs) > 1:
        return False
    plain = not isinstance(node.operation, AvgPool) or node.operation.divisor_override in (None, 1)
    return plain and all((w.kernel, w.stride, w.before, w.after) == (1, 1, 0, 0) for w in _windows(node))


def _windows(node: Node) -> tuple[Window, ...]:
    operation, axes = node.operation, node.outputs[0].type.rank - 2
    assert isinstance(operation, AvgPool | MaxPool)
    stride = operation.kernel if operation.stride is None else operation.stride
    dilation = operation.dilation if isinstance(operation, MaxPool) else 1
    return windows(operation.name, axes, operation.kernel, stride, operation.padding, dilation)


def _global(node: Node, tensor: Value) -> Operation | None:
    operation, rank = node.operation, tensor.type.rank
    if isinstance(operation, Mean):
        axes = sorted(axis % rank for axis in operation.axes or range(rank))
        return GlobalAvgPool() if operation.keepdims and rank == 4 and axes == [2, 3] else None
    if not isinstance(operation, AvgPool | MaxPool) or len(node.outputs) > 1:
        return None
    made = _windows(node)
    if any(w.before or w.after or w.dilation > 1 for w in made):
        return None
    if tuple(w.kernel for w in made) != tensor.type.shape[2:]:
        return None
    if isinstance(operation, MaxPool):
        return GlobalMaxPool()
    return GlobalAvgPool() if operation.divisor_override is None else None


def _one_of_two(before: Node, node: Node, scene: Scene) -> Outcome:
    first, second, nodes = before.operation, node.operation, (before, node)
    if type(first) is not type(second) or isinstance(first, Mean | GlobalAvgPool | GlobalMaxPool):
        return None
    if scene.only_reader(before.outputs[0]) is not node or len(node.outputs) > 1 or len(before.outputs) > 1:
        return None
    made = _enlarged(before, node) if isinstance(first, Upsample) else _pooled(before, node)
    if isinstance(made, str):
        return Refused(nodes, made)
    source = before.inputs[0]
    assert source is not None
    if not _fits(made, source, node):
        return Refused(nodes, "the sizes are not shown to be equal")

    def edit(scene: Scene) -> None:
        scene.patch.change(node, made, inputs=(source,))
        scene.patch.remove(before)

    return Found(nodes, edit, "two as one")


def _pooled(before: Node, node: Node) -> Operation | str:
    both = (_windows(before), _windows(node))
    for operation in (before.operation, node.operation):
        assert isinstance(operation, AvgPool | MaxPool)
        if operation.ceil_mode or (isinstance(operation, AvgPool) and operation.divisor_override is not None):
            return "one of the poolings rounds its size up, or has a divisor of its own"
    if any(w.before or w.after or w.dilation > 1 or w.kernel != w.stride for made in both for w in made):
        return "the windows overlap, have gaps or are padded"
    operation = node.operation
    assert isinstance(operation, AvgPool | MaxPool)
    return replace(operation, kernel=tuple(a.kernel * b.kernel for a, b in zip(*both, strict=True)), stride=None)


def _enlarged(before: Node, node: Node) -> Operation | str:
    first, second, axes = before.operation, node.operation, node.outputs[0].type.rank - 2
    assert isinstance(first, Upsample)
    assert isinstance(second, Upsample)
    both = [one.scale if isinstance(one.scale, tuple) else (one.scale,) * axes for one in (first, second)]
    if first.mode != "nearest" or second.mode != "nearest":
        return "elements in between are not copies of others"
    if any(scale != int(scale) for scales in both for scale in scales):
        return "a factor is no integer"
    return replace(second, scale=tuple(a * b for a, b in zip(*both, strict=True)))


def _fits(made: Operation, source: Value, node: Node) -> bool:
    """Whether the layer gives what `node` gives, for every size."""
    try:
        results = made.infer(Arguments(made.ports, (source.type,)))
    except Rejected:
        return False
    return results == tuple(value.type for value in node.outputs)
