"""Which convolutions are made of fewer products along their rows, where the runtime gains by it."""

from __future__ import annotations

from specc.layers.common.windows import windows
from specc.layers.conv import Conv
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

TILE = 4
"""Rows of the output that are made together."""
TAPS = 3
POINTS = TILE + TAPS - 1
"""Products for a tile, instead of TILE * TAPS."""
_CHANNELS = 96
"""In the harmonic mean of input and output; with fewer, moving rows takes as long as the products that are saved."""
_ROWS = 12
_MACS = 1 << 27
"""Of one image; with fewer, starting a dozen nodes more takes as long as the products that are saved."""
_BLOCK = 16
"""Channels that the runtime's convolutions take at a time with the widest vectors; groups of others are slow."""


def halved(operation: Conv, given: TensorType, made: TensorType) -> bool:
    """Whether a 3x3 convolution of `given` [N, C, H, W] in single precision, C, H and W known, gains where its rows are
    made four at a time (`specc.lower.conv_forms`)."""
    if (
        given.rank != 4
        or given.dtype is not DType.FLOAT32
        or operation.groups != 1
        or operation.padding_mode != "zeros"
    ):
        return False
    both = windows("conv", 2, operation.kernel, operation.stride, operation.padding, operation.dilation)
    if any((w.kernel, w.stride, w.dilation) != (TAPS, 1, 1) for w in both):
        return False
    channels, height, width = given.shape[1:]
    rows, columns, out = *made.shape[2:], operation.out
    if not (isinstance(channels, int) and isinstance(height, int) and isinstance(width, int)):
        return False
    if not (isinstance(rows, int) and isinstance(columns, int)) or rows < _ROWS or channels % _BLOCK or out % _BLOCK:
        return False
    macs = TAPS * TAPS * channels * out * rows * columns
    return macs >= _MACS and 2 * channels * out >= _CHANNELS * (channels + out)
