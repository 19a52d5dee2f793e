"""First values of weights: the same for the same seed and path, whatever else the model holds."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from hashlib import sha256
from math import sqrt

import numpy as np

from specc.base.diagnostics import fail
from specc.ir.graph import Weight
from specc.ir.initial import (
    Beside,
    Constant,
    File,
    Formula,
    Normal,
    NormsOf,
    Orthogonal,
    OrthogonalFeatures,
    Scaled,
    SingularOf,
    Uniform,
    Values,
    ZeroRow,
)
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType
from specc.weights.array_files import read_array_file
from specc.weights.arrays import Array, Float32Array, cast, count, numpy_dtype
from specc.weights.errors import WrongValueCount
from specc.weights.formula import evaluate_formula
from specc.weights.norms import norms, singular_vectors

_MANY = 16
"""Chunks from which on several threads draw one tensor; tensors of fewer are drawn side by side."""
_CHUNK = 1 << 20
"""Elements with a random stream of their own: the values do not depend on how many threads draw them."""


def first_values(weight: Weight, seed: int) -> Array:
    """Values of `weight` by its initialiser, in its element type. Raises `SpecError` where they do not fit."""
    match weight.initial:
        case Constant(value):
            return _constant(weight, value)
        case Values(items):
            return _listed(weight, items)
        case Formula(term):
            return evaluate_formula(term, weight.dims, weight.type.dtype, weight.name, weight.span)
        case File() as file:
            return read_array_file(file, weight.type, weight.name)
        case Orthogonal(gain):
            return _orthogonal(weight, gain, seed)
        case ZeroRow(source, row):
            drawn = first_values(replace(weight, initial=source), seed)
            drawn[row] = 0
            return drawn
        case NormsOf(beside, axis):
            return norms(_beside(weight, beside, seed), axis).astype(numpy_dtype(weight.type.dtype))
        case SingularOf(beside, axis, left):
            return _singular(weight, _beside(weight, beside, seed), axis, left, seed)
        case OrthogonalFeatures():
            return _orthogonal_features(weight, seed)
        case Uniform() | Normal() | Scaled():
            return _random(weight, _sampler(weight.initial, weight), seed)


def _beside(weight: Weight, beside: Beside, seed: int) -> Array:
    """First values of another weight of the layer that `weight` belongs to."""
    name = f"{_layer(weight)}.{beside.name}"
    type_ = TensorType(weight.type.dtype, beside.shape)
    other = Weight(name, type_, initial=beside.initial, fan_in=beside.fan_in, fan_out=beside.fan_out)
    return first_values(other, seed)


def _singular(weight: Weight, matrix: Array, axis: int, left: bool, seed: int) -> Array:
    """Both sides start from the random stream of the layer, so that they belong to each other."""
    vectors = singular_vectors(matrix, axis, _generator(seed, _layer(weight), 0))
    return vectors[0 if left else 1].astype(numpy_dtype(weight.type.dtype))


def _layer(weight: Weight) -> str:
    return weight.name.rpartition(".")[0]


def _constant(weight: Weight, value: float) -> Array:
    one = cast(np.asarray(value), weight.type.dtype, weight.name, weight.span)
    return np.zeros(weight.dims, one.dtype) if value == 0 else np.full(weight.dims, one)


def _listed(weight: Weight, items: tuple[float, ...]) -> Array:
    if len(items) != count(weight.dims):
        raise fail(WrongValueCount(weight.name, count(weight.dims), len(items)), weight.span)
    return cast(np.asarray(items), weight.type.dtype, weight.name, weight.span).reshape(weight.dims)


def _sampler(initial: Uniform | Normal | Scaled, weight: Weight) -> Callable[[np.random.Generator, Float32Array], None]:
    """What fills a chunk with samples."""
    match initial:
        case Uniform(low, high):
            return lambda generator, out: _uniform(generator, out, low, high)
        case Normal(std, mean, cut):
            return lambda generator, out: _normal(generator, out, std, mean, cut)
        case Scaled(fan, gain, distribution):
            fans = {"in": weight.fan_in, "out": weight.fan_out, "average": (weight.fan_in + weight.fan_out) / 2}
            std = gain / sqrt(max(fans[fan], 1))
            return _sampler(Normal(std) if distribution == "normal" else Uniform(-sqrt(3) * std, sqrt(3) * std), weight)


def _uniform(generator: np.random.Generator, out: Float32Array, low: float, high: float) -> None:
    generator.random(dtype=np.float32, out=out)
    out *= np.float32(high - low)
    out += np.float32(low)


def _normal(generator: np.random.Generator, out: Float32Array, std: float, mean: float, cut: float | None) -> None:
    generator.standard_normal(dtype=np.float32, out=out)
    if cut is not None:
        outside = np.flatnonzero(np.abs(out) > cut)
        while outside.size:
            again = generator.standard_normal(outside.size, dtype=np.float32)
            out[outside] = again
            outside = outside[np.abs(again) > cut]
    out *= np.float32(std)
    if mean:
        out += np.float32(mean)


def _random(weight: Weight, fill: Callable[[np.random.Generator, Float32Array], None], seed: int) -> Array:
    """Samples in chunks; other types than float32 are cast chunk by chunk."""
    dtype = numpy_dtype(weight.type.dtype)
    result: Array = np.empty(count(weight.dims), dtype)

    def draw(start: int) -> None:
        part = result[start : start + _CHUNK]
        samples = part.view(np.float32) if dtype == np.float32 else np.empty(part.size, np.float32)
        fill(_generator(seed, weight.name, start // _CHUNK), samples)
        if dtype != np.float32:
            part[...] = samples.astype(dtype)

    starts = range(0, result.size, _CHUNK)
    if len(starts) < _MANY:
        for start in starts:
            draw(start)
    else:
        with ThreadPoolExecutor() as pool:
            list(pool.map(draw, starts))
    return result.reshape(weight.dims)


def _generator(seed: int, path: str, chunk: int) -> np.random.Generator:
    digest = sha256(f"{seed}/{chunk}/{path}".encode()).digest()
    return np.random.Generator(np.random.SFC64(int.from_bytes(digest[:16], "little")))


def _orthogonal(weight: Weight, gain: float, seed: int) -> Array:
    rows = weight.dims[0] if weight.dims else 1
    columns = count(weight.dims[1:])
    flat = np.empty(rows * columns, np.float32)
    _normal(_generator(seed, weight.name, 0), flat, 1.0, 0.0, None)
    square = flat.reshape(max(rows, columns), min(rows, columns))
    basis, triangle = np.linalg.qr(square)
    basis *= np.sign(np.diagonal(triangle)) * np.float32(gain)
    oriented = basis if rows >= columns else basis.T
    dtype = DType.FLOAT32 if not weight.type.dtype.is_float else weight.type.dtype
    return np.ascontiguousarray(oriented.reshape(weight.dims)).astype(numpy_dtype(dtype), copy=False)


def _orthogonal_features(weight: Weight, seed: int) -> Array:
    rows, columns = weight.dims
    blocks = -(-rows // columns)
    flat = np.empty((blocks * columns + rows) * columns, np.float32)
    _normal(_generator(seed, weight.name, 0), flat, 1.0, 0.0, None)
    squares = flat[: blocks * columns * columns].reshape(blocks, columns, columns)
    lengths = np.linalg.norm(flat[-rows * columns :].reshape(rows, columns), axis=1)
    basis, triangle = np.linalg.qr(squares)
    basis *= np.sign(np.diagonal(triangle, axis1=1, axis2=2))[:, None]
    turned = basis.transpose(0, 2, 1).reshape(blocks * columns, columns)[:rows]
    return np.ascontiguousarray(turned * lengths[:, None]).astype(numpy_dtype(weight.type.dtype), copy=False)
