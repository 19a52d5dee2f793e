"""Indices that are written down, and those that tensors hold."""

from __future__ import annotations

from collections.abc import Iterable

from specc.ir.operation import Blame, Rejected
from specc.layers.common.errors_movement import IndexOutside
from specc.layers.common.errors_selection import WrongTupleSize
from specc.tensor.dims import at_least
from specc.tensor.types import TensorType


def need_inside(tensor: TensorType, axis: int, indices: Iterable[int]) -> None:
    """Reject an index that may lie outside an axis of the first input; a negative one counts from the end."""
    size = tensor.shape[axis]
    for index in indices:
        if not at_least(size, index + 1 if index >= 0 else -index):
            raise Rejected(IndexOutside(index, size, axis), Blame(0, axis))


def need_tuples(layer: str, indices: TensorType, most: int) -> int:
    """The last dim of the second input, whose rows are places: how many of at most `most` axes they name."""
    size = indices.shape[-1] if indices.rank else 0
    if not isinstance(size, int) or not 1 <= size <= most:
        raise Rejected(WrongTupleSize(layer, size, most), Blame(1, max(indices.rank - 1, 0)))
    return size
