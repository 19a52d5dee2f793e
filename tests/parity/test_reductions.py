"""Reductions along axes, and what runs along an axis, against torch 2.13 and numpy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from tensors import ANY, CHOSEN, FLOATS, NUMBERS, RANKED, WIDE, axed, counted, declared, drawn, tensor, wild
from whole_spec import holds

SUMS = 1e-5
"""For float32 sums, means and products of up to 1,000 numbers in another order."""
EXACT = 0.0
Reference = Callable[[np.ndarray, tuple[int, ...], bool], np.ndarray | torch.Tensor]


def by_torch(function: Callable[..., torch.Tensor], **options: object) -> Reference:
    return lambda x, axes, keep: function(tensor(x), dim=axes, keepdim=keep, **options)


def product(x: np.ndarray, axes: tuple[int, ...], keep: bool) -> np.ndarray:
    return np.prod(x, axis=axes, keepdims=keep, dtype=x.dtype)


REDUCTIONS: dict[str, tuple[Reference, tuple[str, ...], float]] = {
    "mean": (by_torch(torch.mean), FLOATS, SUMS),
    "sum": (lambda x, axes, keep: np.sum(x, axis=axes, keepdims=keep, dtype=x.dtype), WIDE, SUMS),
    "prod": (product, WIDE, SUMS),
    "amax": (lambda x, axes, keep: np.max(x, axis=axes, keepdims=keep), RANKED, EXACT),
    "amin": (lambda x, axes, keep: np.min(x, axis=axes, keepdims=keep), RANKED, EXACT),
    "logsumexp": (by_torch(torch.logsumexp), FLOATS, SUMS),
    "any": (lambda x, axes, keep: np.any(x, axis=axes, keepdims=keep), ("bool",), EXACT),
    "all": (lambda x, axes, keep: np.all(x, axis=axes, keepdims=keep), ("bool",), EXACT),
    "count_nonzero": (lambda x, axes, keep: np.count_nonzero(x, axis=axes, keepdims=keep), ANY, EXACT),
}


@st.composite
def reduced(draw: st.DrawFn, low: int = 1) -> tuple[tuple[int, ...], tuple[int, ...] | None]:
    """A shape, and axes of it in any order, counted from either end; None for all of them."""
    shape = tuple(draw(st.lists(st.integers(low, 5), max_size=4)))
    rank = len(shape)
    if not rank or draw(st.integers(0, 3)) == 0:
        return shape, None
    axes = draw(st.lists(st.integers(-rank, rank - 1), min_size=1, unique_by=lambda axis: axis % rank))
    return shape, tuple(axes)


def spelled(axes: tuple[int, ...] | None) -> str:
    if axes is None:
        return "none"
    return str(axes[0]) if len(axes) == 1 else str(list(axes))


def few(x: np.ndarray) -> np.ndarray:
    """Integers whose product fits into 32 bits: signs, and 2 at the first 20 places."""
    signs = np.sign(x)
    twice = np.arange(x.size).reshape(x.shape) < 20
    return np.asarray(np.where(twice, 2 * signs, signs), x.dtype)


@pytest.mark.parametrize("layer", REDUCTIONS)
@cases(where=reduced(), data=st.data(), keep=st.booleans(), named=st.booleans(), seed=SEEDS)
def test_reduction(layer, where, data, keep, named, seed):
    (shape, axes), (reference, dtypes, tolerance) = where, REDUCTIONS[layer]
    x = drawn(shape, seed, data.draw(st.sampled_from(dtypes)))
    if layer == "prod" and x.dtype.kind == "i":
        x = few(x)
    wanted = np.asarray(reference(x, tuple(range(len(shape))) if axes is None else axes, keep))
    text = f"{declared('x', x, named)}output y = {layer}(x, {spelled(axes)}, keepdims={word(keep)})"
    holds(layer, text, {"y": wanted}, {"x": x}, tolerance=tolerance)


@pytest.mark.parametrize("layer", ["sum", "prod", "logsumexp", "any", "all", "count_nonzero", "norm"])
def test_reduction_of_nothing(layer):
    dtype = "bool" if layer in ("any", "all") else "float32"
    x = np.zeros((3, 2), dtype)
    text = f"input x: {dtype}[T, 2]\nrequire T >= 3\noutput y = {layer}(x[3:], axes=0)"
    functions = {"norm": torch.linalg.vector_norm, "prod": lambda x, dim: torch.prod(x, dim)}
    wanted = functions.get(layer, getattr(torch, layer, None))(tensor(x[3:]), dim=0)
    holds(layer, text, {"y": wanted}, {"x": x}, tolerance=EXACT)


@cases(
    where=reduced(),
    p=st.sampled_from((0, 0.5, 1, 1.5, 2, 3, 4.5, -1, -2, "inf", "-inf")),
    dtype=st.sampled_from(FLOATS),
    keep=st.booleans(),
    named=st.booleans(),
    seed=SEEDS,
)
def test_norm(where, p, dtype, keep, named, seed):
    shape, axes = where
    x = drawn(shape, seed, dtype)
    wanted = torch.linalg.vector_norm(tensor(x), float(p), dim=axes if shape else None, keepdim=keep)
    text = f"{declared('x', x, named)}output y = norm(x, {spelled(axes)}, p={p}, keepdims={word(keep)})"
    holds("norm", text, {"y": wanted}, {"x": x}, tolerance=SUMS)


@pytest.mark.parametrize(("layer", "function"), [("var", torch.var), ("stddev", torch.std)])
@cases(
    where=reduced(low=2),
    correction=st.integers(-1, 1),
    far=st.sampled_from((0.0, 0.0, 10.0)),
    dtype=st.sampled_from(FLOATS),
    keep=st.booleans(),
    named=st.booleans(),
    seed=SEEDS,
)
def test_variance(layer, function, where, correction, far, dtype, keep, named, seed):
    shape, axes = where
    if not shape:
        correction = min(correction, 0)
    x = np.asarray(drawn(shape, seed, dtype) + far, dtype)
    dims = axes if shape else None
    wanted = function(tensor(x), dim=dims, correction=correction, keepdim=keep)
    promises = "".join(f"require S{axis} >= 2\n" for axis in range(1, 1 + len(shape)) if named)
    options = f"{spelled(axes)}, correction={correction}, keepdims={word(keep)}"
    text = f"{declared('x', x, named)}{promises}output y = {layer}(x, {options})"
    holds(layer, text, {"y": wanted}, {"x": x}, tolerance=SUMS)


@pytest.mark.parametrize("layer", ["argmax", "argmin"])
@cases(
    where=axed(),
    dtype=st.sampled_from(RANKED),
    equal=st.booleans(),
    keep=st.booleans(),
    named=st.booleans(),
    seed=SEEDS,
)
def test_index_of_an_extreme(layer, where, dtype, equal, keep, named, seed):
    shape, axis = where
    x = drawn(shape, seed, dtype)
    if equal:
        x = np.asarray(np.floor(np.mod(x, 3)), dtype)
    wanted = getattr(np, layer)(x, axis, keepdims=keep)
    text = f"{declared('x', x, named)}output y = {layer}(x, {axis}, {word(keep)})"
    holds(layer, text, {"y": np.asarray(wanted)}, {"x": x}, tolerance=EXACT)


@cases(
    where=axed(),
    dtype=st.sampled_from(WIDE),
    exclusive=st.booleans(),
    reverse=st.booleans(),
    named=st.booleans(),
    seed=SEEDS,
)
def test_cumsum(where, dtype, exclusive, reverse, named, seed):
    shape, axis = where
    x = drawn(shape, seed, dtype)
    turned = np.flip(x, axis) if reverse else x
    sums = torch.cumsum(tensor(turned), axis, dtype=getattr(torch, dtype)).numpy()
    sums = sums - turned if exclusive else sums
    wanted = np.flip(sums, axis) if reverse else sums
    text = f"{declared('x', x, named)}output y = cumsum(x, {axis}, {word(exclusive)}, {word(reverse)})"
    holds("cumsum", text, {"y": wanted}, {"x": x}, tolerance=SUMS)


@cases(where=axed(), dtype=st.sampled_from(NUMBERS), named=st.booleans(), seed=SEEDS)
def test_cumprod(where, dtype, named, seed):
    shape, axis = where
    x = drawn(shape, seed, dtype)
    wanted = np.cumprod(x, axis, dtype=dtype)
    text = f"{declared('x', x, named)}output y = cumprod(x, {axis})"
    holds("cumprod", text, {"y": wanted}, {"x": x}, tolerance=SUMS)


@pytest.mark.parametrize("layer", ["cummax", "cummin"])
@cases(
    where=axed(),
    dtype=st.sampled_from([d for d in CHOSEN if d not in ("bool", "uint32")]),
    equal=st.booleans(),
    named=st.booleans(),
    seed=SEEDS,
)
def test_running_extreme(layer, where, dtype, equal, named, seed):
    shape, axis = where
    x = counted(shape, dtype) % 3 if equal else wild(shape, seed, dtype)
    x = np.asarray(x, dtype)
    values, indices = getattr(torch, layer)(tensor(x), axis)
    lines = f"{declared('x', x, named)}values, indices = {layer}(x, {axis})\n"
    text = f"{lines}output v = values\noutput i = indices\noutput w = {layer}(x, {axis})[1]"
    wanted = {"v": values, "i": indices, "w": indices}
    holds(layer, text, wanted, {"x": x}, tolerance=EXACT)


def test_running_extremes_inside_a_scan():
    x = drawn((2, 4, 3), 0)
    text = """input x: float32[N, T, 3]
block step(e, h):
    n = h + cumprod(e, 1) + cummax(e, 1)[0]
    return n, n
ys, h = scan(step, over=x, state=zeros([N, 3]))
output y = ys
"""
    wanted = np.cumsum(np.cumprod(x, 2) + np.maximum.accumulate(x, 2), 1)
    holds("cummax", text, {"y": wanted}, {"x": x}, tolerance=SUMS)
