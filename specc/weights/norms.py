"""Norms of weights: weight normalisation, spectral normalisation, and the power iteration behind the latter."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from specc.weights.arrays import Array

Wide: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
"""Sums are made in double precision."""
_STEPS = 15
_EPS = 1e-12


def norms(array: Array, axis: int | None) -> Wide:
    """Euclidean norms over all axes but `axis`, which stay with size 1; over all axes, without dims, for None."""
    others = tuple(other for other in range(array.ndim) if other != axis)
    squares: Wide = np.sum(np.square(_wide(array)), axis=others, keepdims=axis is not None)
    return np.sqrt(squares)


def weight_normed(magnitude: Array, direction: Array, axis: int | None) -> Array:
    """`direction * magnitude / norms(direction)` (Salimans and Kingma 2016)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        made: Array = (_wide(direction) * (_wide(magnitude) / norms(direction, axis))).astype(direction.dtype)
    return made


def spectrally_normed(weight: Array, left: Array, right: Array, axis: int) -> Array:
    """`weight / (left . M . right)`, M being the weight as a matrix with `axis` as its rows (Miyato et al. 2018)."""
    sigma = float(np.dot(_wide(left), np.dot(_rows(weight, axis), _wide(right))))
    with np.errstate(divide="ignore", invalid="ignore"):
        made: Array = (_wide(weight) / np.float64(sigma)).astype(weight.dtype)
    return made


def singular_vectors(weight: Array, axis: int, generator: np.random.Generator) -> tuple[Wide, Wide]:
    """Unit vectors on the left and the right of the largest singular value, by power iteration from a random start."""
    matrix = _rows(weight, axis)
    left, right = (_unit(generator.standard_normal(size)) for size in matrix.shape)
    for _ in range(_STEPS):
        left = _unit(np.dot(matrix, right))
        right = _unit(np.dot(left, matrix))
    return left, right


def _rows(weight: Array, axis: int) -> Wide:
    return np.moveaxis(_wide(weight), axis, 0).reshape(weight.shape[axis], -1)


def _unit(vector: Wide) -> Wide:
    unit: Wide = vector / max(float(np.linalg.norm(vector)), _EPS)
    return unit


def _wide(array: Array) -> Wide:
    return array.astype(np.float64)
