"""Drawn tensors of all element types, and how specs declare them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from hypothesis import strategies as st

FLOATS = ("float32", "float64")
SIGNED = ("float32", "float64", "int8", "int16", "int32", "int64")
WIDE = ("float32", "float64", "int32", "int64")
RANKED = ("float32", "float64", "int8", "uint8", "int32", "int64")
CHOSEN = ("float32", "float64", "bool", "int8", "int32", "int64", "uint8", "uint32")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
NUMBERS = (*FLOATS, *INTEGERS)
ANY = (*NUMBERS, "bool")

SHAPES = st.lists(st.integers(1, 5), max_size=4).map(tuple)
"""Shapes of any rank, also of none."""
AXED = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)
"""Shapes with an axis."""
SPECIAL = (np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-38, -1e-38, 1e10, -1e10, 3.0, -3.0, 6.0, -6.0, 20.5, -20.5)
TENTHS = st.integers(-30, 30).map(lambda number: number / 10)
ABOVE_ZERO = st.integers(1, 30).map(lambda number: number / 10)


def drawn(shape: Sequence[int], seed: int, dtype: str = "float32", scale: float = 1.0) -> np.ndarray:
    """Normal floating-point numbers, small integers, or bools."""
    generator = np.random.default_rng(seed)
    if dtype == "bool":
        return np.asarray(generator.random(shape) < 0.5)
    if dtype.startswith("float"):
        return np.asarray(generator.standard_normal(shape) * scale, dtype)
    return np.asarray(generator.integers(0 if dtype.startswith("u") else -9, 10, shape), dtype)


def wild(shape: Sequence[int], seed: int, dtype: str = "float32", scale: float = 1.0) -> np.ndarray:
    """As `drawn`, a few of the numbers replaced by NaN, infinities, zeros, tiny and large ones, or by the ends of the
    integer type."""
    array = drawn(shape, seed, dtype, scale)
    if dtype == "bool":
        return array
    limits = () if dtype.startswith("float") else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    generator = np.random.default_rng(seed + 1)
    edges = generator.choice(np.array(limits or SPECIAL, dtype), shape)
    return np.asarray(np.where(generator.random(shape) < 0.3, edges, array), dtype)


def symbols(shape: Sequence[int], named: bool) -> dict[int, str]:
    """A symbol for each dim above 1, the same for tensors whose shapes are broadcast."""
    return {axis: f"S{len(shape) - axis}" for axis, size in enumerate(shape) if named and size > 1}


def declared(name: str, array: np.ndarray, named: bool = True) -> str:
    """`input name: ...`, with symbols where they are wanted."""
    found = symbols(array.shape, named)
    dims = ", ".join(found.get(axis, str(size)) for axis, size in enumerate(array.shape))
    return f"input {name}: {array.dtype}[{dims}]\n"


def counted(shape: Sequence[int], dtype: str = "float32") -> np.ndarray:
    """The numbers from 0 in row-major order; as bools, whether they are odd."""
    numbers = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    return (numbers % 2 == 1) if dtype == "bool" else numbers.astype(dtype)


def tensor(array: np.ndarray) -> torch.Tensor:
    """The array as torch has it."""
    return torch.from_numpy(np.array(array))


@st.composite
def axed(draw: st.DrawFn, low: int = 1, high: int = 6) -> tuple[tuple[int, ...], int]:
    """A shape and one of its axes, counted from either end."""
    shape = tuple(draw(st.lists(st.integers(low, high), min_size=1, max_size=4)))
    return shape, draw(st.integers(-len(shape), len(shape) - 1))


@st.composite
def broadcastable(draw: st.DrawFn, count: int = 2) -> tuple[tuple[int, ...], ...]:
    """Shapes that are broadcast: of different rank, with dims of 1 in place of others."""
    whole = draw(SHAPES)
    made = []
    for _ in range(count):
        kept = whole[draw(st.integers(0, len(whole))) :]
        made.append(tuple(1 if draw(st.integers(0, 3)) == 0 else size for size in kept))
    return tuple(made)
