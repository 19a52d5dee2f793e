"""Padding before a layer that pads by itself."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import ClassVar

from specc.ir.graph import Node
from specc.ir.operation import Arguments, Operation, Rejected
from specc.layers.avgpool import AvgPool
from specc.layers.common.windows import windows
from specc.layers.conv import Conv
from specc.layers.maxpool import MaxPool
from specc.layers.pad import Pad
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene


class FoldPad(Rewrite):
    """Lets a convolution or a pooling make a border of zeros itself. A maximum takes over a border of -inf; a mean a
    border of zeros that it counts.

    Example:
        x -> pad(1) -> conv(8, 3)
        x -> conv(8, 3, padding=1)
    """

    name: ClassVar[str] = "fold_pad"
    layers: ClassVar[tuple[str, ...]] = ("pad",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A border around the spatial axes that such a layer alone reads."""
        after, operation, tensor = scene.only_reader(node.outputs[0]), node.operation, node.inputs[0]
        if after is None or not isinstance(after.operation, Conv | AvgPool | MaxPool):
            return None
        assert isinstance(operation, Pad)
        assert tensor is not None
        nodes = (node, after)
        if operation.mode != "constant":
            return Refused(nodes, "the border repeats elements of the tensor")
        borders = _borders(operation, tensor.type.rank)
        if borders is None:
            return Refused(nodes, "samples or channels are padded, too")
        made = _padded(after, operation.value, borders)
        if isinstance(made, str):
            return Refused(nodes, made)
        try:
            types = made.infer(Arguments(made.ports, (tensor.type,)))
        except Rejected as rejected:
            return Refused(nodes, str(rejected))
        if types != tuple(value.type for value in after.outputs):
            return Refused(nodes, "the layer would give another size")

        def edit(scene: Scene) -> None:
            scene.patch.change(after, made, inputs=(tensor,))
            scene.patch.remove(node)

        return Found(nodes, edit, "into the layer after it")


def _borders(operation: Pad, rank: int) -> tuple[tuple[int, int], ...] | None:
    """What is added before and after each spatial axis; None where other axes grow."""
    if isinstance(operation.amounts, int):
        return ((operation.amounts, operation.amounts),) * (rank - 2)
    missing = rank - len(operation.amounts)
    whole = (*((0, 0),) * missing, *operation.amounts)
    return None if any(map(any, whole[:2])) else whole[2:]


def _padded(after: Node, value: float, borders: tuple[tuple[int, int], ...]) -> Operation | str:
    """The layer with the border as its own padding, or why it cannot have it."""
    operation = after.operation
    if isinstance(operation, Conv):
        if operation.padding_mode != "zeros":
            return "the convolution pads with elements of the tensor"
        if value != 0:
            return "the border is not zero"
        return replace(operation, padding=_added(operation, operation.dilation, borders))
    assert isinstance(operation, AvgPool | MaxPool)
    if operation.ceil_mode:
        return "the pooling rounds its size up"
    if isinstance(operation, MaxPool):
        if value != -inf:
            return "the border is not -inf, which is what the maximum leaves out"
        if operation.return_indices:
            return "the indices are those of the padded tensor"
        return replace(operation, padding=_added(operation, operation.dilation, borders))
    if value != 0:
        return "the border is not zero"
    padding = _added(operation, 1, borders)
    if padding != borders and not operation.count_include_pad and operation.divisor_override is None:
        return "the pooling does not count its own padding"
    return replace(operation, padding=padding, count_include_pad=True)


def _added(
    operation: Conv | AvgPool | MaxPool, dilation: int | tuple[int, ...], borders: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    made = windows(operation.name, len(borders), operation.kernel, 1, operation.padding, dilation)
    return tuple((w.before + before, w.after + after) for w, (before, after) in zip(made, borders, strict=True))
