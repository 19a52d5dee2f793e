"""Arrays and their element types."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import prod
from typing import TypeAlias

import numpy as np

from specc.base.diagnostics import fail
from specc.base.source import Span
from specc.tensor.dtypes import DType
from specc.weights.errors import ValueDoesNotFit

NumpyType: TypeAlias = np.dtype[np.generic]  # type: ignore[explicit-any]  # numpy's own default
Array: TypeAlias = np.ndarray[tuple[int, ...], NumpyType]
PIECE = 1 << 23
"""Bytes of a large tensor that are worked on at once."""
Float32Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def numpy_dtype(dtype: DType) -> NumpyType:
    """The numpy type of `dtype`; bfloat16 is that of ml_dtypes."""
    if dtype is DType.BFLOAT16:
        import ml_dtypes

        bfloat16: NumpyType = np.dtype(ml_dtypes.bfloat16)
        return bfloat16
    return np.dtype(dtype.label)


def cast(array: Array, dtype: DType, what: str, span: Span | None = None) -> Array:
    """`array` in the element type `dtype`. Raises `SpecError` where an integer or boolean type cannot hold a value."""
    target = numpy_dtype(dtype)
    if array.dtype == target:
        return array
    if not dtype.is_float and array.size:
        _check_range(array, dtype, what, span)
    return array.astype(target)


def _check_range(array: Array, dtype: DType, what: str, span: Span | None) -> None:
    if array.dtype.kind in "f" and not np.array_equal(array, np.floor(array)):
        fraction = array[array != np.floor(array)]
        raise fail(ValueDoesNotFit(what, str(fraction.flat[0]), str(dtype)), span)
    low, high = (0, 1) if dtype is DType.BOOL else _limits(dtype)
    for value in (array.min(), array.max()):
        if not low <= value.item() <= high:
            raise fail(ValueDoesNotFit(what, str(value), str(dtype)), span)


def _limits(dtype: DType) -> tuple[int, int]:
    bits = dtype.bits
    return (0, 2**bits - 1) if dtype.label.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def count(shape: tuple[int, ...]) -> int:
    """Number of elements; exact for any sizes."""
    return prod(shape)


def named_type(name: str) -> NumpyType:
    """The type that numpy or ml_dtypes calls `name`."""
    if name == "bfloat16" or name.startswith("float8"):
        import ml_dtypes

        other: NumpyType = np.dtype(getattr(ml_dtypes, name))
        return other
    return np.dtype(name)


def pieces(array: Array, most: int) -> Iterator[Array]:
    """Parts of `array` of at most `most` bytes, one after the other in row-major order."""
    if array.nbytes <= most or not array.ndim:
        yield array
        return
    row = array.nbytes // len(array)
    if row > most:
        for part in array:
            yield from pieces(part, most)
        return
    step = max(1, most // max(1, row))
    for start in range(0, len(array), step):
        yield array[start : start + step]


def same_elements(first: Array, second: Array, release: Callable[[], None]) -> bool:
    """Whether two arrays of one shape are equal, element by element; `release` is called after each piece."""
    if first.__array_interface__["data"] == second.__array_interface__["data"] and first.strides == second.strides:
        return first.dtype == second.dtype
    for one, other in zip(pieces(first, PIECE), pieces(second, PIECE), strict=False):
        if not np.array_equal(one, other):
            return False
        release()
    return True
