"""Arrays and their element types."""

from __future__ import annotations

from math import prod
from typing import TypeAlias

import numpy as np

from specc.base.diagnostics import fail
from specc.base.source import Span
from specc.tensor.dtypes import DType
from specc.weights.errors import ValueDoesNotFit

NumpyType: TypeAlias = np.dtype[np.generic]  # type: ignore[explicit-any]  # numpy's own default
Array: TypeAlias = np.ndarray[tuple[int, ...], NumpyType]
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
