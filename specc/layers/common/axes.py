"""Axes named by attributes, and dims that have to agree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.checks import need_axis
from specc.layers.common.errors import WrongRank
from specc.layers.common.errors_movement import NegativeSize
from specc.layers.common.errors_tensor import AxisRepeated, DimsDiffer, MayBeEmpty
from specc.tensor.dims import Dim, at_least
from specc.tensor.types import TensorType


def need_axes(layer: str, tensor: TensorType, axes: Sequence[int] | None) -> tuple[int, ...]:
    """`axes` counted from 0 and sorted; all of them for None. Rejects one that is missing or named twice."""
    if axes is None:
        return tuple(range(tensor.rank))
    counted = tuple(sorted(need_axis(layer, tensor, axis) for axis in axes))
    if len(set(counted)) != len(counted):
        raise Rejected(AxisRepeated(layer, tuple(axes)), Blame(0))
    return counted


def need_equal(layer: str, what: str, left: Dim, right: Dim, *blames: Blame) -> None:
    """Reject two dims that are not provably equal; `what` completes "needs ... to be equal"."""
    if left != right:
        raise Rejected(DimsDiffer(layer, what, left, right), *blames)


def need_some(layer: str, tensor: TensorType, axes: Iterable[int], port: int = 0) -> None:
    """Reject a tensor that may have no element along one of `axes`."""
    for axis in axes:
        if not at_least(tensor.shape[axis], 1):
            raise Rejected(MayBeEmpty(layer, tensor.shape[axis], axis), Blame(port, axis))


def need_sizes(layer: str, dims: Iterable[Dim]) -> None:
    """Reject sizes that may be negative."""
    for dim in dims:
        if not at_least(dim, 0):
            raise Rejected(NegativeSize(layer, dim))


def need_new_axes(layer: str, tensor: TensorType, axes: Sequence[int]) -> tuple[int, ...]:
    """Axes of size 1 that are put into `tensor`, counted from 0 in the result and sorted."""
    return need_axes(layer, tensor.with_shape((*tensor.shape, *(1 for _ in axes))), axes)


def need_same_rank(layer: str, inputs: Arguments[TensorType]) -> None:
    """Reject inputs whose numbers of dims differ."""
    first = inputs[0]
    for port, tensor in enumerate(inputs):
        if tensor.rank != first.rank:
            raise Rejected(WrongRank(layer, f"{first.rank} dims like the first input", str(tensor)), Blame(port))
