"""Tensors as operators want them, from weights as the spec lays them out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from specc.ir.relayout import (
    Applied,
    Blocks,
    BlockScale,
    Bordered,
    Diagonal,
    Filled,
    InverseRoot,
    Joined,
    MatrixProduct,
    Numbers,
    PackedBlocks,
    Part,
    Product,
    Quantised,
    QuantisedBias,
    Relayout,
    Reshaped,
    Scale,
    SpectrallyNormed,
    Stored,
    Sum,
    Summed,
    Transposed,
    WeightNormed,
)
from specc.tensor.dtypes import DType
from specc.weights.arrays import Array, numpy_dtype
from specc.weights.norms import spectrally_normed, weight_normed
from specc.weights.quantised import evaluate_quantised


def evaluate_relayout(relayout: Relayout, fetch: Callable[[str], Array], dtype: DType) -> Array:
    """The tensor that `relayout` describes; `fetch` gives the stored weight of a path, `dtype` is that of `Filled`.
    What is computed is computed, and left, in double precision."""
    match relayout:
        case Stored(path):
            return fetch(path)
        case Filled(shape, value):
            return np.full(shape, value, numpy_dtype(dtype))
        case Numbers(values, shape):
            return np.array(values, np.float64).reshape(shape)
        case Joined(sources, axis):
            return np.concatenate([evaluate_relayout(source, fetch, dtype) for source in sources], axis)
        case Sum() | Product() | MatrixProduct() | InverseRoot() | Applied():
            return _computed(relayout, lambda source: _double(evaluate_relayout(source, fetch, dtype)))
        case WeightNormed(magnitude, direction, axis):
            norms = evaluate_relayout(magnitude, fetch, dtype)
            return weight_normed(norms, evaluate_relayout(direction, fetch, dtype), axis)
        case SpectrallyNormed(source, left, right, axis):
            u, v = (evaluate_relayout(side, fetch, dtype) for side in (left, right))
            return spectrally_normed(evaluate_relayout(source, fetch, dtype), u, v, axis)
        case Scale() | Quantised() | QuantisedBias() | BlockScale() | PackedBlocks():
            return evaluate_quantised(relayout, lambda source: evaluate_relayout(source, fetch, DType.FLOAT64))
        case _:
            return _rearranged(relayout, evaluate_relayout(relayout.source, fetch, dtype))


def _double(array: Array) -> Array:
    return array.astype(np.float64)


def _computed(
    relayout: Sum | Product | MatrixProduct | InverseRoot | Applied, evaluate: Callable[[Relayout], Array]
) -> Array:
    with np.errstate(all="ignore"):
        match relayout:
            case Sum(sources):
                return _folded(np.add, sources, evaluate)
            case Product(sources):
                return _folded(np.multiply, sources, evaluate)
            case MatrixProduct(left, right):
                return np.asarray(np.matmul(evaluate(left), evaluate(right)))
            case InverseRoot(source, eps):
                return np.asarray(1 / np.sqrt(np.add(evaluate(source), eps)))
            case Applied(function, source):
                return np.asarray(_FUNCTIONS[function](evaluate(source)))


def _folded(
    function: Callable[[Array, Array], Array], sources: tuple[Relayout, ...], evaluate: Callable[[Relayout], Array]
) -> Array:
    made = evaluate(sources[0])
    for source in sources[1:]:
        made = function(made, evaluate(source))
    return made


_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "neg": np.negative,
    "reciprocal": np.reciprocal,
    "sqrt": np.sqrt,
}


def _diagonal(source: Array, columns: int) -> Array:
    made: Array = np.zeros((len(source), columns), source.dtype)
    rows = np.arange(len(source))
    made[rows, rows % columns] = source
    return made


def _rearranged(relayout: Transposed | Reshaped | Blocks | Part | Diagonal | Summed | Bordered, source: Array) -> Array:
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
        case Diagonal(_, columns):
            return _diagonal(source, columns)
        case Summed(_, axes):
            return np.asarray(source.sum(axes, dtype=np.float64))
        case Bordered(_, borders):
            return np.pad(source, borders)
