"""What layers that look rows up in a table have in common."""

from __future__ import annotations

from specc.ir.initial import Initial, ZeroRow
from specc.ir.operation import Blame, Elements, Rejected
from specc.layers.common.errors import WrongDtype
from specc.layers.common.errors_movement import IndexOutside
from specc.layers.common.errors_vision import PaddingIndexOutOfRange
from specc.layers.common.indices import first_outside
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


def need_indices(layer: str, indices: TensorType, padding_idx: int | None, rows: int) -> None:
    """Reject indices that are no integers, and a row for padding that the table does not have."""
    if indices.dtype not in (DType.INT64, DType.INT32):
        raise Rejected(WrongDtype(layer, "indices of type int64 or int32", str(indices)), Blame(0))
    if padding_idx is not None and not -rows <= padding_idx < rows:
        raise Rejected(PaddingIndexOutOfRange(padding_idx, rows))


def need_rows(indices: Elements | None, rows: int) -> None:
    """Reject a row that may not be in the table."""
    outside = None if indices is None else first_outside(indices, rows)
    if outside is not None:
        raise Rejected(IndexOutside(outside, rows, 0), Blame(0))


def padded_rows(initial: Initial, padding_idx: int | None, rows: int) -> Initial:
    """First values of a table of so many rows, that for padding being zero."""
    if padding_idx is None or not -rows <= padding_idx < rows:
        return initial
    return ZeroRow(initial, padding_idx % rows)
