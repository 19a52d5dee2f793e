"""Checks that many layers share."""

from __future__ import annotations

from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.errors import AxisOutOfRange, ChannelsUnknown, WrongAxisCount, WrongDtype, WrongRank
from specc.tensor.types import TensorType


def need_rank(layer: str, tensor: TensorType, low: int, high: int, meaning: str, port: int = 0) -> None:
    """Reject a tensor whose rank is not in `low..high`; `meaning` says what is wanted: "[N, C, ...]"."""
    if not low <= tensor.rank <= high:
        wanted = f"{low}" if low == high else f"{low} to {high}"
        raise Rejected(WrongRank(layer, f"{wanted} dims, {meaning}", str(tensor)), Blame(port))


def need_float(layer: str, inputs: Arguments[TensorType]) -> None:
    """Reject inputs that are not floating point, or not of one type."""
    first = inputs[0].dtype
    for port, tensor in enumerate(inputs.items):
        if tensor is not None and (not tensor.dtype.is_float or tensor.dtype is not first):
            raise Rejected(WrongDtype(layer, "floating point of one type", str(tensor)), Blame(port))


def need_axis(layer: str, tensor: TensorType, axis: int, port: int = 0) -> int:
    """`axis` counted from the start; rejects one that the tensor does not have."""
    if not -tensor.rank <= axis < tensor.rank:
        raise Rejected(AxisOutOfRange(layer, axis, tensor.rank), Blame(port))
    return axis % tensor.rank


def need_number(layer: str, tensor: TensorType, axis: int, port: int = 0) -> int:
    """The dim at `axis`, which has to be an integer since a weight's shape depends on it."""
    dim = tensor.shape[axis]
    if not isinstance(dim, int):
        raise Rejected(ChannelsUnknown(layer, dim), Blame(port, axis % tensor.rank))
    return dim


def per_axis(layer: str, attribute: str, value: int | tuple[int, ...], axes: int) -> tuple[int, ...]:
    """One value for each of `axes` spatial axes."""
    if isinstance(value, int):
        return (value,) * axes
    if len(value) != axes:
        raise Rejected(WrongAxisCount(layer, attribute, len(value), axes), Blame(0))
    return value
