"""Indices that are written down, and those that tensors hold."""

from __future__ import annotations

from specc.ir.operation import Blame, Elements, Rejected
from specc.layers.common.errors_movement import IndexOutside
from specc.layers.common.errors_selection import WrongTupleSize
from specc.tensor.dims import Dim, at_least
from specc.tensor.types import TensorType


def need_inside(tensor: TensorType, axis: int, indices: Elements | None) -> None:
    """Reject an index that may lie outside an axis of the first input; a negative one counts from the end."""
    size = tensor.shape[axis]
    outside = None if indices is None else first_outside(indices, size)
    if outside is not None:
        raise Rejected(IndexOutside(outside, size, axis), Blame(0, axis))


def first_outside(indices: Elements, size: Dim) -> Dim | None:
    """An index, a negative one from the end, that is not within so many elements at every binding of the symbols."""
    for index in indices.written:
        if not at_least(size, index + 1 if index >= 0 else -index):
            return index
    if indices.written:
        return None
    if not at_least(size, indices.high + 1):
        return indices.high
    return None if at_least(size, -indices.low) else indices.low


def need_tuples(layer: str, indices: TensorType, most: int) -> int:
    """The last dim of the second input, whose rows are places: how many of at most `most` axes they name."""
    size = indices.shape[-1] if indices.rank else 0
    if not isinstance(size, int) or not 1 <= size <= most:
        raise Rejected(WrongTupleSize(layer, size, most), Blame(1, max(indices.rank - 1, 0)))
    return size


def need_tuples_inside(tensor: TensorType, indices: TensorType, known: Elements | None, first: int = 0) -> None:
    """Reject an index of rows that are written down which may lie outside its axis, the axes counted from `first`."""
    count = indices.shape[-1]
    assert isinstance(count, int)
    for place, index in enumerate(known.written if known else ()):
        need_inside(tensor, first + place % count, Elements(index, index, (index,)))
