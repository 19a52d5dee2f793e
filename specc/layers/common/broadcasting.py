"""The one rule by which shapes of different tensors fit together."""

from __future__ import annotations

from collections.abc import Sequence

from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.errors_tensor import ShapesDoNotBroadcast
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


def broadcast(layer: str, inputs: Arguments[TensorType]) -> tuple[Dim, ...]:
    """The common shape of all inputs: dims aligned from the last, equal or one of them literally 1."""
    shape: tuple[Dim, ...] = ()
    for port, tensor in enumerate(inputs.items):
        if tensor is None:
            continue
        clash = clashing_axis(shape, tensor.shape)
        if clash is not None:
            raise _clash(layer, inputs, port, clash)
        shape = joined(shape, tensor.shape)
    return shape


def clashing_axis(left: Sequence[Dim], right: Sequence[Dim]) -> int | None:
    """The last axis, counted backwards from -1, on which two shapes do not fit; None where they do."""
    for axis in range(-1, -min(len(left), len(right)) - 1, -1):
        if left[axis] != right[axis] and left[axis] != 1 and right[axis] != 1:
            return axis
    return None


def joined(left: tuple[Dim, ...], right: tuple[Dim, ...]) -> tuple[Dim, ...]:
    """The common shape of two shapes that fit."""
    if len(left) < len(right):
        left, right = right, left
    front = len(left) - len(right)
    pairs = zip(left[front:], right, strict=True)
    return (*left[:front], *(b if a == 1 else a for a, b in pairs))


def _clash(layer: str, inputs: Arguments[TensorType], port: int, axis: int) -> Rejected:
    """The mistake of the input at `port` and the first one before it that clashes."""
    right = inputs[port]
    for earlier, left in enumerate(inputs.items[:port]):
        if left is not None and left.rank >= -axis and left.shape[axis] not in (1, right.shape[axis]):
            mistake = ShapesDoNotBroadcast(layer, left, right, (left.shape[axis], right.shape[axis]))
            return Rejected(mistake, Blame(earlier, left.rank + axis), Blame(port, right.rank + axis))
    raise AssertionError("a clash has two sides")
