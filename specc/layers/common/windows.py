"""Arithmetic of sliding windows, shared by convolution and pooling."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from specc.ir.operation import Blame, Rejected
from specc.layers.common.attributes import NON_NEGATIVE, Kind, Raw, Unfit
from specc.layers.common.checks import per_axis
from specc.layers.common.errors import WindowTooLarge
from specc.tensor.dims import Dim, at_least, floordiv
from specc.tensor.types import TensorType

Padding: TypeAlias = str | int | tuple[int | tuple[int, int], ...]
_WORDS = ("same", "valid", "causal")


def _padding(raw: Raw) -> Padding:
    if isinstance(raw, str) and raw in _WORDS:
        return raw
    if isinstance(raw, tuple):
        return tuple(_one_padding(item) for item in raw)
    return NON_NEGATIVE.convert(raw)


def _one_padding(raw: Raw) -> int | tuple[int, int]:
    if not isinstance(raw, tuple):
        return NON_NEGATIVE.convert(raw)
    if len(raw) != 2:
        raise Unfit
    return NON_NEGATIVE.convert(raw[0]), NON_NEGATIVE.convert(raw[1])


PADDING: Kind[Padding] = Kind(
    "same, valid, causal, an integer, or a list with an integer or a pair [before, after] for each axis",
    _padding,
    _WORDS,
)


def _pads_only(raw: Raw) -> Padding:
    if isinstance(raw, str):
        raise Unfit
    return _padding(raw)


PADS: Kind[Padding] = Kind("an integer, or a list with an integer or a pair [before, after] for each axis", _pads_only)


@dataclass(frozen=True, slots=True)
class Window:
    """A window along one axis; the sizes are those of the attributes."""

    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0

    @property
    def extent(self) -> int:
        """Elements from the first to the last that the window covers."""
        return self.dilation * (self.kernel - 1) + 1


def windows(
    layer: str,
    axes: int,
    kernel: int | tuple[int, ...],
    stride: int | tuple[int, ...],
    padding: Padding,
    dilation: int | tuple[int, ...] = 1,
) -> tuple[Window, ...]:
    """One window for each of `axes` spatial axes. `same` pads the extent less one, the odd element after
    (stride 1 keeps the size); `causal` pads all of it before."""
    kernels = per_axis(layer, "kernel", kernel, axes)
    strides = per_axis(layer, "stride", stride, axes)
    dilations = per_axis(layer, "dilation", dilation, axes)
    made = [Window(k, s, d) for k, s, d in zip(kernels, strides, dilations, strict=True)]
    pads = _pads(layer, padding, made)
    return tuple(Window(w.kernel, w.stride, w.dilation, *pad) for w, pad in zip(made, pads, strict=True))


def _pads(layer: str, padding: Padding, made: list[Window]) -> list[tuple[int, int]]:
    if padding == "valid":
        return [(0, 0) for _ in made]
    if padding == "same":
        return [((w.extent - 1) // 2, w.extent - 1 - (w.extent - 1) // 2) for w in made]
    if padding == "causal":
        return [(w.extent - 1, 0) for w in made]
    if isinstance(padding, int):
        return [(padding, padding) for _ in made]
    assert isinstance(padding, tuple)
    per_axis(layer, "padding", tuple(0 for _ in padding), len(made))
    return [(item, item) if isinstance(item, int) else item for item in padding]


def slide(layer: str, tensor: TensorType, made: tuple[Window, ...]) -> tuple[Dim, ...]:
    """Sizes after the windows slide over the trailing axes of `tensor`; rejects a window that may not fit.

    `(size + before + after - extent) // stride + 1`
    """
    first = tensor.rank - len(made)
    sizes: list[Dim] = []
    for axis, window in enumerate(made, first):
        padded = tensor.shape[axis] + window.before + window.after
        if not at_least(padded, window.extent):
            raise Rejected(WindowTooLarge(layer, window.extent, padded, axis), Blame(0, axis))
        sizes.append(floordiv(padded - window.extent, window.stride) + 1)
    return tuple(sizes)


def rounded_up(made: tuple[Window, ...]) -> tuple[Window, ...]:
    """The windows with as much padding after the end as makes `slide` round up (PyTorch's `ceil_mode`).

    A last window that would start in that padding is left out, so the padding stays below the extent.
    """
    return tuple(replace(w, after=min(w.after + w.stride - 1, w.extent - 1)) for w in made)
