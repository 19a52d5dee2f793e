"""Tensors as operators want them, from weights as the spec lays them out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from specc.ir.relayout import (
    Blocks,
    Filled,
    Joined,
    Part,
    Relayout,
    Reshaped,
    SpectrallyNormed,
    Stored,
    Sum,
    Transposed,
    WeightNormed,
)
from specc.tensor.dtypes import DType
from specc.weights.arrays import Array, numpy_dtype
from specc.weights.norms import spectrally_normed, weight_normed


def evaluate_relayout(relayout: Relayout, fetch: Callable[[str], Array], dtype: DType) -> Array:
    """The tensor that `relayout` describes; `fetch` gives the stored weight of a path, `dtype` is that of `Filled`."""
    match relayout:
        case Stored(path):
            return fetch(path)
        case Filled(shape, value):
            return np.full(shape, value, numpy_dtype(dtype))
        case Joined(sources, axis):
            return np.concatenate([evaluate_relayout(source, fetch, dtype) for source in sources], axis)
        case Sum(sources):
            total = evaluate_relayout(sources[0], fetch, dtype)
            for source in sources[1:]:
                total = np.add(total, evaluate_relayout(source, fetch, dtype))
            return total
        case WeightNormed(magnitude, direction, axis):
            norms = evaluate_relayout(magnitude, fetch, dtype)
            return weight_normed(norms, evaluate_relayout(direction, fetch, dtype), axis)
        case SpectrallyNormed(source, left, right, axis):
            u, v = (evaluate_relayout(side, fetch, dtype) for side in (left, right))
            return spectrally_normed(evaluate_relayout(source, fetch, dtype), u, v, axis)
        case _:
            return _rearranged(relayout, evaluate_relayout(relayout.source, fetch, dtype))


def _rearranged(relayout: Transposed | Reshaped | Blocks | Part, source: Array) -> Array:
    match relayout:
        case Transposed(_, permutation):
            return source.transpose(permutation)
        case Reshaped(_, shape):
            return source.reshape(shape)
        case Blocks(_, order):
            parts = np.split(source, len(order))
            return np.concatenate([parts[index] for index in order])
        case Part(_, axis, start, stop):
            return source[(slice(None),) * axis + (slice(start, stop),)]
