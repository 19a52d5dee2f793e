"""What the parity tests of several layers draw and declare."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

SPATIAL = ("L", "H", "W", "D")


def ints(low: int, high: int) -> st.SearchStrategy[list[int]]:
    """Three integers, one for each spatial axis that there may be."""
    return st.lists(st.integers(low, high), min_size=3, max_size=3)


def each(items: Sequence[object]) -> object:
    """A list with a value for each axis, or the value alone where all are the same."""
    return items[0] if len(set(map(str, items))) == 1 else list(items)


def spatial_symbols(axes: int, least: Sequence[int], symbolic: bool) -> tuple[dict[int, str], tuple[str, ...]]:
    """Names for the batch and the spatial axes of [N, C, ...], and the promises that each has its `least` size."""
    if not symbolic:
        return {}, ()
    names = {axis + 2: SPATIAL[axis] for axis in range(axes)}
    promises = tuple(f"{names[axis + 2]} >= {size}" for axis, size in enumerate(least[:axes]) if size > 1)
    return {0: "N", **names}, promises
