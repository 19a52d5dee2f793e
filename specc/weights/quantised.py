"""Weights as integers and the scales of these, in double precision, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import TypeAlias

import numpy as np

from specc.ir.relayout import BlockScale, PackedBlocks, Quantised, QuantisedBias, Relayout, Scale
from specc.weights.arrays import PIECE, Array

Evaluate: TypeAlias = Callable[[Relayout], Array]
_BIAS = float(1 << 30)
"""The largest magnitude of a bias in units of its scale."""


def evaluate_quantised(
    relayout: Scale | Quantised | QuantisedBias | BlockScale | PackedBlocks, evaluate: Evaluate
) -> Array:
    """The tensor that `relayout` describes; `evaluate` gives the tensors that it is made of."""
    match relayout:
        case Scale():
            return _scale(relayout, evaluate(relayout.source), evaluate)
        case Quantised(scale):
            source = evaluate(scale.source)
            return _rounded(source, scale, _scale(scale, source, evaluate))
        case QuantisedBias(scale):
            return _bias(scale, evaluate)
        case BlockScale(source, block, bits):
            return _block_scale(evaluate(source), block, bits)
        case PackedBlocks(scale):
            return _packed(evaluate(scale.source), scale.block, scale.bits)


def _scale(scale: Scale, source: Array, evaluate: Evaluate) -> Array:
    """Scales along the axes, in the shape of these; 1 where all is zero."""
    largest = np.zeros([source.shape[axis] for axis in scale.axes])
    for start, part in _parts(source):
        found = _largest(part, scale.axes)
        if 0 in scale.axes:
            index = (slice(None),) * scale.axes.index(0) + (slice(start, start + len(part)),)
            largest[index] = found
        else:
            np.maximum(largest, found, out=largest)
    made = largest / (2 ** (scale.bits - 1) - 1)
    if scale.bias is not None:
        made = np.maximum(made, np.abs(evaluate(scale.bias).astype(np.float64)) / (scale.step * _BIAS))
    made = np.nan_to_num(made, nan=1.0, posinf=1.0).astype(np.float32)
    return np.where(made > 0, made, np.float32(1.0))


def _largest(part: Array, axes: tuple[int, ...]) -> Array:
    others = tuple(axis for axis in range(part.ndim) if axis not in axes)
    made: Array = np.abs(part.astype(np.float64)).max(others, initial=0.0)
    return made


def _parts(source: Array) -> Iterator[tuple[int, Array]]:
    """Pieces along the first axis, and where they start."""
    step = max(1, PIECE // max(1, source.nbytes // max(1, len(source))))
    for start in range(0, len(source), step):
        yield start, source[start : start + step]


def _rounded(source: Array, scale: Scale, values: Array) -> Array:
    top = 2 ** (scale.bits - 1) - 1
    spread = values.astype(np.float64).reshape(
        [size if axis in scale.axes else 1 for axis, size in enumerate(source.shape)]
    )
    made: Array = np.empty(source.shape, np.int8)
    for start, part in _parts(source):
        by = spread[start : start + len(part)] if 0 in scale.axes else spread
        made[start : start + len(part)] = _integers(part.astype(np.float64) / by, -top, top)
    return made


def _integers(values: Array, low: int, high: int) -> Array:
    made: Array = np.clip(np.rint(np.nan_to_num(values)), low, high)
    return made


def _bias(scale: Scale, evaluate: Evaluate) -> Array:
    assert scale.bias is not None
    bias = evaluate(scale.bias).astype(np.float64)
    units = _scale(scale, evaluate(scale.source), evaluate).astype(np.float64) * scale.step
    return _integers(bias / units, -(2**31) + 1, 2**31 - 1).astype(np.int32)


def _blocks(part: Array, block: int) -> Array:
    """[rows, blocks, block], zeros at the end of the last block."""
    rows, columns = part.shape
    count = -(-columns // block)
    made = np.zeros((rows, count * block))
    made[:, :columns] = np.nan_to_num(part.astype(np.float64))
    return made.reshape(rows, count, block)


def _unit(blocks: Array, bits: int) -> Array:
    """One scale for each block, [rows, blocks]."""
    place = np.abs(blocks).argmax(2)[..., None]
    extreme = np.take_along_axis(blocks, place, 2)[..., 0]
    made = np.divide(extreme, -(2 ** (bits - 1))).astype(np.float32)
    return np.where(made != 0, made, np.float32(1.0))


def _block_scale(source: Array, block: int, bits: int) -> Array:
    parts = [_unit(_blocks(part, block), bits) for _, part in _parts(source)]
    return np.concatenate(parts)


def _packed(source: Array, block: int, bits: int) -> Array:
    half = 2 ** (bits - 1)
    size = block * bits // 8
    made: Array = np.empty((len(source), -(-prod(source.shape[1:]) // block), size), np.uint8)
    for start, part in _parts(source):
        blocks = _blocks(part, block)
        units = _unit(blocks, bits).astype(np.float64)[..., None]
        levels = (_integers(np.divide(blocks, units), -half, half - 1) + half).astype(np.uint8)
        made[start : start + len(part)] = levels if bits == 8 else levels[..., ::2] | levels[..., 1::2] << 4
    return made
