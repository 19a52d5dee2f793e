"""Arithmetic, comparisons, reductions and products against numpy and torch 2.13."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes
from whole_spec import evaluate

EXACT, CLOSE = 0.0, 2e-6
"""Tolerances for float32: the same bits, and rounding of exponentials and sums of up to 100 numbers."""


def drawn(shape: tuple[int, ...], seed: int, dtype: str = "float32") -> np.ndarray:
    generator = np.random.default_rng(seed)
    if dtype == "bool":
        return generator.random(shape) < 0.5
    if dtype.startswith("float"):
        return generator.standard_normal(shape).astype(dtype)
    return generator.integers(1 if dtype.startswith("u") else -9, 10, shape).astype(dtype)


def declared(name: str, array: np.ndarray, symbols: str = "") -> str:
    dims = [symbols[axis] if axis < len(symbols) else str(size) for axis, size in enumerate(array.shape)]
    return f"input {name}: {array.dtype}[{', '.join(dims)}]\n"


BINARY = {
    "a + b": (np.add, ("float32", "float64", "int32", "int64", "int8", "uint8"), EXACT),
    "a - b": (np.subtract, ("float32", "int64", "int16"), EXACT),
    "a * b": (np.multiply, ("float32", "int64"), EXACT),
    "a / b": (np.divide, ("float32", "float64"), EXACT),
    "minimum(a, b)": (np.minimum, ("float32", "int64", "uint8", "int8"), EXACT),
    "maximum(a, b)": (np.maximum, ("float32", "int32", "uint32", "uint64"), EXACT),
    "a == b": (np.equal, ("float32", "int64", "bool", "uint16"), EXACT),
    "a != b": (np.not_equal, ("float32", "int32", "bool"), EXACT),
    "a < b": (np.less, ("float32", "int64", "int16"), EXACT),
    "a <= b": (np.less_equal, ("float32", "int32", "uint64"), EXACT),
    "a > b": (np.greater, ("float32", "int8"), EXACT),
    "a >= b": (np.greater_equal, ("float32", "int64"), EXACT),
    "logical_and(a, b)": (np.logical_and, ("bool",), EXACT),
    "logical_or(a, b)": (np.logical_or, ("bool",), EXACT),
}


@pytest.mark.parametrize("expression", BINARY)
@settings(max_examples=6, deadline=None)
@given(shapes=mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=1, max_side=4), data=st.data())
def test_binary(expression: str, shapes, data: st.DataObject) -> None:
    reference, dtypes, tolerance = BINARY[expression]
    dtype = data.draw(st.sampled_from(dtypes))
    a, b = (drawn(shape, seed, dtype) for seed, shape in enumerate(shapes.input_shapes))
    made = evaluate(f"{declared('a', a)}{declared('b', b)}output y = {expression}", a=a, b=b)["y"]
    np.testing.assert_allclose(made, reference(a, b), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", ["float32", "int64", "int32", "uint8"])
def test_mod_has_the_sign_of_the_divisor(dtype: str) -> None:
    a, b = drawn((64,), 0, dtype), drawn((64,), 1, dtype)
    b = np.where(b == 0, np.ones_like(b), b)
    made = evaluate(f"{declared('a', a)}{declared('b', b)}output y = mod(a, b)", a=a, b=b)["y"]
    np.testing.assert_array_equal(made, torch.remainder(torch.from_numpy(a), torch.from_numpy(b)).numpy())


@pytest.mark.parametrize("exponent", ["2", "0.5", "-1", "3"])
def test_pow(exponent: str) -> None:
    x = np.abs(drawn((3, 5), 0)) + 0.1
    made = evaluate(f"{declared('x', x, 'N')}output y = x ** ({exponent})", x=x)["y"]
    np.testing.assert_allclose(made, x ** np.float32(exponent), rtol=CLOSE)


UNARY: dict[str, tuple[Callable[[torch.Tensor], torch.Tensor], float]] = {
    "-x": (torch.neg, EXACT),
    "abs(x)": (torch.abs, EXACT),
    "sign(x)": (torch.sign, EXACT),
    "sqrt(abs(x))": (lambda x: torch.sqrt(torch.abs(x)), CLOSE),
    "rsqrt(abs(x) + 1)": (lambda x: torch.rsqrt(torch.abs(x) + 1), CLOSE),
    "exp(x)": (torch.exp, CLOSE),
    "log(abs(x))": (lambda x: torch.log(torch.abs(x)), CLOSE),
    "sin(x)": (torch.sin, CLOSE),
    "cos(x)": (torch.cos, CLOSE),
    "erf(x)": (torch.erf, CLOSE),
    "square(x)": (torch.square, EXACT),
    "reciprocal(x)": (torch.reciprocal, CLOSE),
    "floor(4 * x)": (lambda x: torch.floor(4 * x), EXACT),
    "ceil(4 * x)": (lambda x: torch.ceil(4 * x), EXACT),
    "round(floor(8 * x) / 2)": (lambda x: torch.round(torch.floor(8 * x) / 2), EXACT),
    "clamp(x, -0.5, 0.5)": (lambda x: torch.clamp(x, -0.5, 0.5), EXACT),
    "clamp(x, min=0)": (lambda x: torch.clamp(x, min=0), EXACT),
    "clamp(x, max=0)": (lambda x: torch.clamp(x, max=0), EXACT),
    "where(x > 0, x, 0.1 * x)": (lambda x: torch.where(x > 0, x, 0.1 * x), EXACT),
    "2 - x": (lambda x: 2 - x, EXACT),
    "1 / (x * x + 1)": (lambda x: 1 / (x * x + 1), CLOSE),
}


@pytest.mark.parametrize("expression", UNARY)
def test_unary(expression: str) -> None:
    reference, tolerance = UNARY[expression]
    x = drawn((3, 4, 5), 7)
    made = evaluate(f"{declared('x', x, 'NT')}output y = {expression}", x=x)["y"]
    np.testing.assert_allclose(made, reference(torch.from_numpy(x)).numpy(), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("expression", ["-x", "abs(x)", "sign(x)", "square(x)", "clamp(x, -2.5, 3.5)"])
def test_unary_of_integers(expression: str) -> None:
    x = drawn((64,), 7, "int64")
    reference = {"-x": -x, "abs(x)": abs(x), "sign(x)": np.sign(x), "square(x)": x * x}.get(expression, x.clip(-2, 3))
    made = evaluate(f"{declared('x', x, 'N')}output y = {expression}", x=x)["y"]
    np.testing.assert_array_equal(made, reference)


def test_logic_and_where_of_bools() -> None:
    a, b = drawn((5, 4), 0, "bool"), drawn((5, 4), 1, "bool")
    text = f"{declared('a', a, 'N')}{declared('b', b, 'N')}output y = where(logical_not(a), b, a == b)"
    np.testing.assert_array_equal(evaluate(text, a=a, b=b)["y"], np.where(~a, b, a == b))


REDUCTIONS = {"mean": np.mean, "sum": np.sum, "prod": np.prod, "amax": np.max, "amin": np.min}


@pytest.mark.parametrize("name", REDUCTIONS)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_reductions(name: str, data: st.DataObject) -> None:
    shape = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple))
    rank = len(shape)
    axes = data.draw(st.none() | st.lists(st.integers(-rank, rank - 1), min_size=1, unique_by=lambda a: a % rank))
    keepdims = data.draw(st.booleans())
    x = drawn(shape, 3)
    given = f"{'none' if axes is None else axes}, keepdims={str(keepdims).lower()}"
    made = evaluate(f"{declared('x', x, 'NTH')}output y = {name}(x, {given})", x=x)["y"]
    wanted = REDUCTIONS[name](x, axis=None if axes is None else tuple(axes), keepdims=keepdims)
    np.testing.assert_allclose(made, wanted, rtol=1e-5, atol=CLOSE)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_argmax_and_cumsum(axis: int) -> None:
    x = drawn((3, 4, 5), 3)
    text = f"{declared('x', x, 'NT')}output i = argmax(x, {axis})\noutput s = cumsum(x, {axis})"
    made = evaluate(text, x=x)
    np.testing.assert_array_equal(made["i"], np.argmax(x, axis))
    np.testing.assert_allclose(made["s"], np.cumsum(x, axis), rtol=CLOSE, atol=CLOSE)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((3, 4), (4, 5)),
        ((2, 3, 4), (4, 5)),
        ((2, 3, 4), (2, 4, 5)),
        ((6, 1, 3, 4), (2, 4, 5)),
        ((4,), (4, 5)),
        ((3, 4), (4,)),
        ((2, 3, 4), (4,)),
        ((4,), (4,)),
        ((4,), (2, 4, 5)),
    ],
)
def test_matmul(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    a, b = drawn(left, 0), drawn(right, 1)
    made = evaluate(f"{declared('a', a)}{declared('b', b)}output y = a @ b", a=a, b=b)["y"]
    np.testing.assert_allclose(made, np.matmul(a, b), rtol=CLOSE, atol=CLOSE)


def test_matmul_with_symbols() -> None:
    a, b = drawn((2, 3, 4), 0), drawn((2, 4, 6), 1)
    text = "input a: float32[N, T, D]\ninput b: float32[N, D, S]\noutput y: float32[N, T, S] = a @ b"
    np.testing.assert_allclose(evaluate(text, a=a, b=b)["y"], a @ b, rtol=CLOSE, atol=CLOSE)


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("bic,bjc->bij", [(2, 3, 4), (2, 5, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("ij->ji", [(2, 3)]),
        ("ij->", [(2, 3)]),
        ("i,j->ij", [(2,), (3,)]),
        ("ab,bc,cd->ad", [(2, 3), (3, 4), (4, 5)]),
        ("bhqd, bkd -> bhqk", [(2, 2, 3, 4), (2, 5, 4)]),
    ],
)
def test_einsum(equation: str, shapes: list[tuple[int, ...]]) -> None:
    arrays = {f"x{i}": drawn(shape, i) for i, shape in enumerate(shapes)}
    lines = "".join(declared(name, array) for name, array in arrays.items())
    made = evaluate(f'{lines}output y = einsum({", ".join(arrays)}, "{equation}")', **arrays)["y"]
    np.testing.assert_allclose(made, np.einsum(equation, *arrays.values()), rtol=CLOSE, atol=CLOSE)
