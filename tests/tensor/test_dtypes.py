"""Which numbers an element can be, beside numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from specc.tensor.dtypes import DType, holds

INTEGERS = [dtype for dtype in DType if dtype.is_integer]


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_integers(dtype: DType) -> None:
    info = np.iinfo(dtype.label)
    assert holds(dtype, int(info.min)) and holds(dtype, int(info.max)) and holds(dtype, 3.0)
    for number in (int(info.min) - 1, int(info.max) + 1, 1.5, math.inf, -math.inf, math.nan, 10**400):
        assert not holds(dtype, number), number


@pytest.mark.parametrize("dtype", [DType.FLOAT16, DType.FLOAT32, DType.FLOAT64], ids=str)
def test_floats(dtype: DType) -> None:
    largest = float(np.finfo(dtype.label).max)
    for number in (0, 1, 0.1, largest, -largest, math.inf, -math.inf, math.nan, 1e-300):
        assert holds(dtype, number), number
    assert not holds(dtype, 10**400) and not holds(dtype, -(10**400))
    assert holds(dtype, 1e30) == (dtype is not DType.FLOAT16)
    assert holds(dtype, 1e39) == (dtype is DType.FLOAT64)


def test_booleans() -> None:
    assert holds(DType.BOOL, 0) and holds(DType.BOOL, True) and not holds(DType.BOOL, 2)
