"""Subscripts: indices, ranges and new axes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeAlias, Union

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import Kind, Raw, Unfit, attribute, layer
from specc.layers.common.errors_movement import EmptySlice, IndexOutside, SignUnknown, TooManySubscripts
from specc.layers.common.movement import Rearrangement
from specc.tensor.dims import Dim, at_least, ceildiv, maximum, minimum
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

LAST = 2**63 - 1
"""As a bound of ONNX Slice: up to the end."""
FIRST = -(2**63)
"""As a bound of ONNX Slice with a negative step: down to the start."""


@dataclass(frozen=True, slots=True)
class Pick:
    """`x[index]`: one element; the axis goes. A negative index counts from the end."""

    index: Dim


@dataclass(frozen=True, slots=True)
class Cut:
    """`x[start:stop:step]`: a range, clipped to the axis as in Python; None is an end left out."""

    start: Dim | None = None
    stop: Dim | None = None
    step: int = 1


@dataclass(frozen=True, slots=True)
class NewAxis:
    """`x[none]`: a new axis of size 1."""


@dataclass(frozen=True, slots=True)
class Rest:
    """`x[...]`: all axes that no other entry names; at most once."""


SliceItem: TypeAlias = Union[Pick, Cut, NewAxis, Rest]


def _items(raw: Raw) -> tuple[SliceItem, ...]:
    raise Unfit


SUBSCRIPT: Kind[tuple[SliceItem, ...]] = Kind("a subscript, as in x[:, 0]", _items)


@layer
class Slice(Rearrangement):
    """A part of a tensor, written as a subscript.

    An index drops its axis, a range keeps it, `none` makes a new axis of size 1, `...` stands for all other axes.
    Negative indices and bounds count from the end; bounds beyond the ends are clipped, as in Python.

    Formula: y[i, ...] = x[start + step * i, ...]
    Source: numpy basic indexing; ONNX Slice, Gather
    Example:
        input tokens: float32[N, 197, 768]
        first = tokens[:, 0]
        rest = tokens[:, 1:]
    """

    name: ClassVar[str] = "slice"

    items: tuple[SliceItem, ...] = attribute(SUBSCRIPT, "one entry for each axis, from the first")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """Sizes of the ranges and the axes that are left."""
        dims: list[Dim] = []
        axis = 0
        for item in self._expanded(inputs[0]):
            if isinstance(item, NewAxis):
                dims.append(1)
                continue
            if isinstance(item, Pick):
                inside(item.index, inputs[0].shape[axis], axis)
            else:
                dims.append(_length(item, inputs[0].shape[axis], axis))
            axis += 1
        return (inputs[0].with_shape(tuple(dims)),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Slice for ranges, Gather for one index or Squeeze for several, Unsqueeze for new axes."""
        items = self._expanded(site.types[0])
        tensor = site.inputs[0]
        along = [item for item in items if not isinstance(item, NewAxis)]
        picks = {axis: item.index for axis, item in enumerate(along) if isinstance(item, Pick)}
        cuts = {axis: item for axis, item in enumerate(along) if isinstance(item, Cut) and item != Cut()}
        if len(picks) == 1 and isinstance(next(iter(picks.values())), int):
            tensor = _cut(build, tensor, cuts, site.types[0].shape)
            tensor = _gathered(build, tensor, picks)
        else:
            single = {axis: _one(index, site.types[0].shape[axis]) for axis, index in picks.items()}
            tensor = _cut(build, tensor, {**cuts, **single}, site.types[0].shape)
            tensor = build.op("Squeeze", tensor, build.ints(*picks)) if picks else tensor
        kept = [item for item in items if not isinstance(item, Pick)]
        fresh = [axis for axis, item in enumerate(kept) if isinstance(item, NewAxis)]
        return (build.op("Unsqueeze", tensor, build.ints(*fresh)) if fresh else tensor,)

    def _expanded(self, tensor: TensorType) -> tuple[Pick | Cut | NewAxis, ...]:
        """One entry for each axis, and the new ones."""
        named = sum(isinstance(item, (Pick, Cut)) for item in self.items)
        rests = sum(isinstance(item, Rest) for item in self.items)
        if named > tensor.rank or rests > 1:
            raise Rejected(TooManySubscripts(len(self.items), tensor), Blame(0))
        whole = (Cut(),) * (tensor.rank - named)
        made: list[Pick | Cut | NewAxis] = []
        for item in (*self.items, *(() if rests else (Rest(),))):
            if isinstance(item, Rest):
                made.extend(whole)
            else:
                made.append(item)
        return tuple(made)


def inside(index: Dim, size: Dim, axis: int) -> Dim:
    """`index` counted from 0; rejects one that may lie outside an axis of `size`."""
    if at_least(index, 0) and at_least(size, index + 1):
        return index
    if at_least(-1, index) and at_least(size + index, 0):
        return size + index
    raise Rejected(IndexOutside(index, size, axis), Blame(0, axis))


def _bound(bound: Dim, size: Dim, low: Dim, high: Dim, axis: int) -> Dim:
    """`bound` counted from 0 and clipped to `low..high`."""
    if at_least(bound, 0):
        return minimum(bound, high)
    if at_least(-1, bound):
        return maximum(size + bound, low)
    raise Rejected(SignUnknown(bound), Blame(0, axis))


def _length(cut: Cut, size: Dim, axis: int) -> Dim:
    """Elements that `cut` takes of an axis; rejects bounds of unknown sign, and a cut that takes none for any size."""
    span: Dim = 0
    if cut.step > 0:
        span = _span(cut, size, axis)
    elif cut.step < 0:
        span = _span_backward(cut, size, axis)
    if span == 0 and size != 0:
        raise Rejected(EmptySlice(axis, size), Blame(0, axis))
    return ceildiv(span, abs(cut.step))


def _span(cut: Cut, size: Dim, axis: int) -> Dim:
    if cut.stop is None and cut.start is not None and at_least(-1, cut.start):
        return minimum(-cut.start, size)
    start = 0 if cut.start is None else cut.start
    if not at_least(start, 0):
        start = _bound(start, size, 0, size, axis)
    stop = size if cut.stop is None else _bound(cut.stop, size, 0, size, axis)
    return maximum(stop - start, 0)


def _span_backward(cut: Cut, size: Dim, axis: int) -> Dim:
    """ONNX clips a negative start to the first element, where Python takes nothing; so it has to lie inside."""
    start = size - 1
    if cut.start is not None:
        start = minimum(cut.start, size - 1) if at_least(cut.start, 0) else inside(cut.start, size, axis)
    stop = -1 if cut.stop is None else _bound(cut.stop, size, -1, size - 1, axis)
    return maximum(start - stop, 0)


def _one(index: Dim, size: Dim) -> Cut:
    """The range of the one element at `index`."""
    if isinstance(index, int):
        return Cut(index, index + 1 if index != -1 else None)
    start = inside(index, size, 0)
    return Cut(start, start + 1)


def _cut(build: Builder, tensor: str, cuts: dict[int, Cut], shape: tuple[Dim, ...]) -> str:
    if not cuts:
        return tensor
    parts = cuts.values()
    starts = tuple(
        (0 if c.step > 0 else LAST) if c.start is None else _from_end(c.start, shape[axis]) for axis, c in cuts.items()
    )
    stops = tuple(
        (LAST if c.step > 0 else FIRST) if c.stop is None else _from_end(c.stop, shape[axis])
        for axis, c in cuts.items()
    )
    steps = build.ints(*(c.step for c in parts))
    return build.op("Slice", tensor, build.shape(starts), build.shape(stops), build.ints(*cuts), steps)


def _from_end(place: Dim, size: Dim) -> Dim:
    """A place that lies a fixed number before the end, as the negative of that number; the end itself as past it."""
    if isinstance(place, int):
        return place
    behind = place - size
    if not isinstance(behind, int) or behind > 0 or not at_least(place, 0):
        return place
    return behind if behind < 0 else LAST


def _gathered(build: Builder, tensor: str, picks: dict[int, Dim]) -> str:
    for axis, index in picks.items():
        if isinstance(index, int):
            tensor = build.op("Gather", tensor, build.scalar(index, DType.INT64), axis=axis)
    return tensor
