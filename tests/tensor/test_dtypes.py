"""Which numbers an element can be, beside numpy."""

from __future__ import annotations

import math

import numpy as np
import pytest

from specc.tensor.dtypes import DType

INTEGERS = [dtype for dtype in DType if dtype.is_integer]


@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_integers(dtype: DType) -> None:
    info = np.iinfo(dtype.label)
    assert dtype.holds(int(info.min)) and dtype.holds(int(info.max)) and dtype.holds(3.0)
    for number in (int(info.min) - 1, int(info.max) + 1, 1.5, math.inf, -math.inf, math.nan, 10**400):
        assert not dtype.holds(number), number


@pytest.mark.parametrize("dtype", [DType.FLOAT16, DType.FLOAT32, DType.FLOAT64], ids=str)
def test_floats(dtype: DType) -> None:
    largest = float(np.finfo(dtype.label).max)
    for number in (0, 1, 0.1, largest, -largest, math.inf, -math.inf, math.nan, 1e-300):
        assert dtype.holds(number), number
    assert not dtype.holds(10**400) and not dtype.holds(-(10**400))
    assert dtype.holds(1e30) == (dtype is not DType.FLOAT16)
    assert dtype.holds(1e39) == (dtype is DType.FLOAT64)


def test_booleans() -> None:
    assert DType.BOOL.holds(0) and DType.BOOL.holds(True) and not DType.BOOL.holds(2)
