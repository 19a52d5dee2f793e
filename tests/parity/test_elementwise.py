"""Elementwise functions, arithmetic, comparisons and logic against torch 2.13, and numpy where torch has no kernel."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from cases import SEEDS, cases
from hypothesis import strategies as st
from tensors import (
    ANY,
    CHOSEN,
    FLOATS,
    INTEGERS,
    NUMBERS,
    SHAPES,
    SIGNED,
    TENTHS,
    WIDE,
    broadcastable,
    declared,
    drawn,
    tensor,
    wild,
)
from whole_spec import evaluate, holds, rejected

EXACT, CLOSE, POWERS = 0.0, 2e-6, 1e-5
"""Tolerances for float32: the same bits; rounding of exponentials, logarithms and trigonometry; of powers."""
SINGLE = ("float32",)
COMPARED = tuple(dtype for dtype in NUMBERS if dtype not in ("int16", "uint16"))
Reference = Callable[[torch.Tensor], torch.Tensor]


UNARY: dict[str, tuple[Reference, tuple[str, ...], float]] = {
    "neg": (torch.neg, SIGNED, EXACT),
    "abs": (lambda x: tensor(np.abs(x.numpy())), NUMBERS, EXACT),
    "sign": (lambda x: tensor(np.sign(x.numpy())), NUMBERS, EXACT),
    "square": (lambda x: x * x, NUMBERS, EXACT),
    "sqrt": (torch.sqrt, FLOATS, CLOSE),
    "rsqrt": (torch.rsqrt, FLOATS, CLOSE),
    "reciprocal": (torch.reciprocal, FLOATS, CLOSE),
    "exp": (torch.exp, FLOATS, CLOSE),
    "exp2": (torch.exp2, FLOATS, CLOSE),
    "expm1": (torch.expm1, FLOATS, CLOSE),
    "log": (torch.log, FLOATS, CLOSE),
    "log2": (torch.log2, FLOATS, CLOSE),
    "log10": (torch.log10, FLOATS, CLOSE),
    "log1p": (torch.log1p, FLOATS, CLOSE),
    "erf": (torch.erf, SINGLE, CLOSE),
    "sin": (torch.sin, FLOATS, CLOSE),
    "cos": (torch.cos, FLOATS, CLOSE),
    "tan": (torch.tan, SINGLE, CLOSE),
    "asin": (torch.asin, SINGLE, CLOSE),
    "acos": (torch.acos, SINGLE, CLOSE),
    "atan": (torch.atan, SINGLE, CLOSE),
    "sinh": (torch.sinh, SINGLE, CLOSE),
    "cosh": (torch.cosh, SINGLE, CLOSE),
    "asinh": (torch.asinh, SINGLE, CLOSE),
    "acosh": (torch.acosh, SINGLE, CLOSE),
    "atanh": (torch.atanh, SINGLE, CLOSE),
    "floor": (torch.floor, FLOATS, EXACT),
    "ceil": (torch.ceil, FLOATS, EXACT),
    "round": (torch.round, FLOATS, EXACT),
    "trunc": (torch.trunc, FLOATS, EXACT),
    "frac": (torch.frac, FLOATS, EXACT),
    "isnan": (torch.isnan, FLOATS, EXACT),
    "isinf": (torch.isinf, FLOATS, EXACT),
    "isfinite": (torch.isfinite, FLOATS, EXACT),
    "logical_not": (torch.logical_not, ("bool",), EXACT),
    "bitwise_not": (lambda x: tensor(~x.numpy()), INTEGERS, EXACT),
}
INSIDE = ("asin", "acos", "atanh")
"""Functions that are defined near to 0."""


@pytest.mark.parametrize("layer", UNARY)
@cases(
    data=st.data(),
    shape=SHAPES,
    seed=SEEDS,
    scale=st.sampled_from((1e-6, 0.1, 1.0, 10.0)),
    ends=st.booleans(),
    named=st.booleans(),
)
def test_unary(layer, data, shape, seed, scale, ends, named):
    reference, dtypes, tolerance = UNARY[layer]
    x = (wild if ends else drawn)(shape, seed, data.draw(st.sampled_from(dtypes)), scale)
    if layer in INSIDE and not ends:
        x = np.asarray(np.mod(x, 2) - 1, x.dtype)
    if layer in ("floor", "ceil", "round", "trunc", "frac") and not ends:
        x = np.asarray(np.floor(x * 8) / 4, x.dtype)
    holds(
        layer,
        f"{declared('x', x, named)}output y = {layer}(x)",
        {"y": reference(tensor(x))},
        {"x": x},
        tolerance=tolerance,
    )


@pytest.mark.parametrize("layer", ["expm1", "log1p"])
@pytest.mark.parametrize(("dtype", "digits"), [("float32", 1e-6), ("float64", 1e-14)])
def test_small_numbers_keep_their_digits(layer, dtype, digits):
    sizes = np.logspace(-30, 1, 400)
    x = np.concatenate([sizes, -sizes[sizes < 0.99], [0.0, -0.0]]).astype(dtype)
    made = evaluate(f"input x: {dtype}[N]\noutput y = {layer}(x)", x=x)["y"]
    np.testing.assert_allclose(made, getattr(np, layer)(x.astype("longdouble")).astype(dtype), rtol=digits, atol=0)


BOUNDS = st.none() | TENTHS


@cases(
    shape=SHAPES,
    seed=SEEDS,
    low=BOUNDS,
    high=BOUNDS,
    dtype=st.sampled_from(COMPARED),
    ends=st.booleans(),
    named=st.booleans(),
)
def test_clamp(shape, seed, low, high, dtype, ends, named):
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        low, high = -1.5, None
    if None not in (low, high) and np.ceil(low) > np.floor(high):
        high = None
    x = (wild if ends else drawn)(shape, seed, dtype)
    bounds = (low, high)
    if not dtype.startswith("float"):
        least, most = np.iinfo(dtype).min, np.iinfo(dtype).max
        rounded = (None if low is None else np.ceil(low), None if high is None else np.floor(high))
        bounds = tuple(None if bound is None else int(min(max(bound, least), most)) for bound in rounded)
    wanted = np.asarray(np.clip(x, *(None if bound is None else np.asarray(bound, dtype) for bound in bounds)))
    given = ", ".join("none" if bound is None else str(bound) for bound in (low, high))
    text = f"{declared('x', x, named)}output y = clamp(x, {given})"
    holds("clamp", text, {"y": wanted}, {"x": x}, tolerance=EXACT)


@cases(
    shapes=broadcastable(3),
    dtype=st.sampled_from(COMPARED),
    form=st.sampled_from(("both", "low", "high", "number")),
    seed=SEEDS,
    ends=st.booleans(),
    named=st.booleans(),
)
def test_clamp_by_tensors(shapes, dtype, form, seed, ends, named):
    x, low, high = ((wild if ends else drawn)(shape, seed + at, dtype) for at, shape in enumerate(shapes))
    calls = {"both": "x, low, high", "low": "x, low", "high": "x, max=high", "number": "x, min=low, max=2"}
    given = {"x": x} | (
        {"high": high} if form == "high" else {"low": low} if form != "both" else {"low": low, "high": high}
    )
    wanted = x if form == "high" else np.maximum(x, low)
    wanted = wanted if form == "low" else np.minimum(wanted, np.asarray(2, dtype) if form == "number" else high)
    lines = "".join(declared(name, array, named) for name, array in given.items())
    holds("clamp", f"{lines}output y = clamp({calls[form]})", {"y": np.asarray(wanted)}, given, tolerance=EXACT)


@cases(
    shape=SHAPES,
    seed=SEEDS,
    nan=TENTHS,
    posinf=st.none() | TENTHS,
    neginf=st.none() | TENTHS,
    dtype=st.sampled_from(FLOATS),
    named=st.booleans(),
)
def test_nan_to_num(shape, seed, nan, posinf, neginf, dtype, named):
    x = wild(shape, seed, dtype)
    options = [f"{name}={value}" for name, value in (("posinf", posinf), ("neginf", neginf)) if value is not None]
    text = f"{declared('x', x, named)}output y = nan_to_num({', '.join(['x', str(nan), *options])})"
    wanted = torch.nan_to_num(tensor(x), nan, posinf, neginf)
    holds("nan_to_num", text, {"y": wanted}, {"x": x}, tolerance=EXACT)


def divisor(b: np.ndarray) -> np.ndarray:
    """No 0 among integers."""
    return b if b.dtype.kind == "f" else np.asarray(np.where(b == 0, np.ones_like(b), b))


def remainder(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return torch.remainder(tensor(a), tensor(b)).numpy() if a.dtype.kind != "u" else np.remainder(a, b)


def quotient(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    if a.dtype.kind == "f":
        return torch.floor_divide(tensor(a), tensor(b)).numpy()
    return np.floor_divide(a, b)


def through_torch(function: Callable[..., torch.Tensor]) -> Callable[..., np.ndarray]:
    return lambda *arrays: function(*map(tensor, arrays)).numpy()


def root(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """NaN beside infinity is NaN here."""
    return np.where(np.isnan(a) | np.isnan(b), np.asarray(np.nan, a.dtype), torch.hypot(tensor(a), tensor(b)).numpy())


def places(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Within what numpy defines."""
    return np.asarray(np.mod(b, min(a.dtype.itemsize * 8, 64)), b.dtype)


BINARY: dict[str, tuple[str, Callable[..., np.ndarray], tuple[str, ...], float]] = {
    "add": ("a + b", np.add, NUMBERS, EXACT),
    "sub": ("a - b", np.subtract, NUMBERS, EXACT),
    "mul": ("a * b", np.multiply, NUMBERS, EXACT),
    "div": ("a / b", np.divide, FLOATS, EXACT),
    "floor_divide": ("floor_divide(a, b)", quotient, NUMBERS, EXACT),
    "mod": ("mod(a, b)", remainder, NUMBERS, EXACT),
    "fmod": ("fmod(a, b)", np.fmod, NUMBERS, EXACT),
    "minimum": ("minimum(a, b)", np.minimum, COMPARED, EXACT),
    "maximum": ("maximum(a, b)", np.maximum, COMPARED, EXACT),
    "equal": ("a == b", np.equal, ANY, EXACT),
    "not_equal": ("a != b", np.not_equal, ANY, EXACT),
    "less": ("a < b", np.less, NUMBERS, EXACT),
    "less_equal": ("a <= b", np.less_equal, NUMBERS, EXACT),
    "greater": ("a > b", np.greater, NUMBERS, EXACT),
    "greater_equal": ("a >= b", np.greater_equal, NUMBERS, EXACT),
    "logical_and": ("logical_and(a, b)", np.logical_and, ("bool",), EXACT),
    "logical_or": ("logical_or(a, b)", np.logical_or, ("bool",), EXACT),
    "logical_xor": ("logical_xor(a, b)", np.logical_xor, ("bool",), EXACT),
    "bitwise_and": ("bitwise_and(a, b)", np.bitwise_and, INTEGERS, EXACT),
    "bitwise_or": ("bitwise_or(a, b)", np.bitwise_or, INTEGERS, EXACT),
    "bitwise_xor": ("bitwise_xor(a, b)", np.bitwise_xor, INTEGERS, EXACT),
    "bitwise_left_shift": ("bitwise_left_shift(a, b)", np.left_shift, INTEGERS, EXACT),
    "bitwise_right_shift": ("bitwise_right_shift(a, b)", np.right_shift, INTEGERS, EXACT),
    "atan2": ("atan2(a, b)", through_torch(torch.atan2), SINGLE, CLOSE),
    "hypot": ("hypot(a, b)", root, FLOATS, CLOSE),
}


@pytest.mark.parametrize("layer", BINARY)
@cases(shapes=broadcastable(), data=st.data(), seed=SEEDS, ends=st.booleans(), named=st.booleans())
def test_binary(layer, shapes, data, seed, ends, named):
    expression, reference, dtypes, tolerance = BINARY[layer]
    dtype = data.draw(st.sampled_from(dtypes))
    a, b = ((wild if ends else drawn)(shape, seed + at, dtype) for at, shape in enumerate(shapes))
    if layer in ("mod", "fmod", "floor_divide"):
        b = divisor(b)
    if "shift" in layer:
        b = places(a, b)
    with np.errstate(all="ignore"):
        wanted = np.asarray(reference(a, b))
    text = f"{declared('a', a, named)}{declared('b', b, named)}output y = {expression}"
    holds(layer, text, {"y": wanted}, {"a": a, "b": b}, tolerance=tolerance)


@cases(
    shape=SHAPES,
    seed=SEEDS,
    number=st.integers(-3, 3).filter(bool),
    layer=st.sampled_from(sorted(BINARY)),
)
def test_numbers_beside_tensors(shape, seed, number, layer):
    expression, reference, dtypes, tolerance = BINARY[layer]
    dtype = dtypes[-1]
    number = abs(number) if dtype.startswith("u") or "shift" in layer else number
    x = drawn(shape, seed, dtype)
    literal = "true" if dtype == "bool" else str(number)
    text = f"{declared('a', x)}output y = {expression.replace('b)', literal + ')').replace(' b', ' ' + literal)}"
    wanted = np.asarray(reference(x, np.asarray(number, dtype)))
    holds(layer, text, {"y": wanted}, {"a": x}, tolerance=tolerance)


@cases(
    shapes=broadcastable(),
    dtype=st.sampled_from(WIDE),
    seed=SEEDS,
    named=st.booleans(),
    ends=st.booleans(),
)
def test_pow(shapes, dtype, seed, named, ends):
    a, b = ((wild if ends and at else drawn)(shape, seed + at, dtype) for at, shape in enumerate(shapes))
    if dtype.startswith("float"):
        a = np.asarray(np.abs(a) + 0.1, dtype)
    else:
        a, b = np.asarray(np.mod(a, 7) - 3, dtype), np.asarray(np.mod(b, 6), dtype)
    text = f"{declared('a', a, named)}{declared('b', b, named)}output y = a ** b"
    with np.errstate(all="ignore"):
        wanted = np.asarray(np.power(a, b))
    holds("pow", text, {"y": wanted}, {"a": a, "b": b}, tolerance=POWERS)


@pytest.mark.parametrize("exponent", ["2", "0.5", "-1", "3", "0"])
def test_powers_by_a_number(exponent):
    x = np.abs(drawn((3, 5), 0)) + np.float32(0.1)
    wanted = x ** np.float32(exponent)
    holds("pow", f"{declared('x', x)}output y = x ** ({exponent})", {"y": wanted}, {"x": x}, tolerance=CLOSE)


@cases(shapes=broadcastable(3), dtype=st.sampled_from(CHOSEN), seed=SEEDS, named=st.booleans())
def test_where(shapes, dtype, seed, named):
    kinds = ("bool", dtype, dtype)
    c, a, b = (wild(shape, seed + at, kind) for at, (shape, kind) in enumerate(zip(shapes, kinds, strict=True)))
    lines = "".join(declared(name, array, named) for name, array in zip("cab", (c, a, b), strict=True))
    wanted = {"y": np.asarray(np.where(c, a, b))}
    holds("where", f"{lines}output y = where(c, a, b)", wanted, {"c": c, "a": a, "b": b}, tolerance=EXACT)


@cases(
    shapes=broadcastable(),
    dtype=st.sampled_from([dtype for dtype in CHOSEN if dtype != "bool"]),
    value=st.integers(0, 20),
    seed=SEEDS,
    named=st.booleans(),
)
def test_masked_fill(shapes, dtype, value, seed, named):
    x, mask = wild(shapes[0], seed, dtype), drawn(shapes[1], seed, "bool")
    number: float = value / 2 if dtype.startswith("float") else value
    spelled = "-inf" if value == 0 and dtype.startswith("float") else str(number)
    text = f"{declared('x', x, named)}{declared('mask', mask, named)}output y = masked_fill(x, mask, {spelled})"
    wanted = np.asarray(np.where(mask, np.asarray(float(spelled), dtype), x))
    holds("masked_fill", text, {"y": wanted}, {"x": x, "mask": mask}, tolerance=EXACT)


@cases(
    shapes=broadcastable(3),
    dtype=st.sampled_from(FLOATS),
    number=st.none() | TENTHS,
    seed=SEEDS,
    named=st.booleans(),
)
def test_lerp(shapes, dtype, number, seed, named):
    a, b, w = (drawn(shape, seed + at, dtype) for at, shape in enumerate(shapes))
    arrays = {"a": a, "b": b, "w": w} if number is None else {"a": a, "b": b}
    lines = "".join(declared(name, array, named) for name, array in arrays.items())
    weight = tensor(w) if number is None else torch.tensor(number, dtype=getattr(torch, dtype))
    text = f"{lines}output y = lerp(a, b, {'w' if number is None else number})"
    # torch sums fused, specc step by step.
    holds(
        "lerp", text, {"y": torch.lerp(*torch.broadcast_tensors(tensor(a), tensor(b), weight))}, arrays, tolerance=CLOSE
    )


@pytest.mark.parametrize("dtype", ["int32", "int64", "int8"])
def test_the_least_integer_divided_by_minus_one(dtype):
    a, b = np.array([np.iinfo(dtype).min, 7], dtype), np.array([-1, -1], dtype)
    lines = declared("a", a) + declared("b", b)
    made = evaluate(f"{lines}output q = floor_divide(a, b)\noutput m = mod(a, b)\noutput f = fmod(a, b)", a=a, b=b)
    np.testing.assert_array_equal(made["q"], [a[0], -7])
    np.testing.assert_array_equal(made["m"], [0, 0])
    np.testing.assert_array_equal(made["f"], [0, 0])


@pytest.mark.parametrize("layer", ["fmod", "mod", "floor_divide"])
@pytest.mark.parametrize("dtype", ["int64", "uint64"])
def test_division_of_integers_that_no_float_holds(layer, dtype):
    most = np.iinfo(dtype).max
    a, b = np.array([most, most, most - 1], dtype), np.array([3, 7, most - 2], dtype)
    made = evaluate(f"{declared('a', a)}{declared('b', b)}output y = {layer}(a, b)", a=a, b=b)["y"]
    np.testing.assert_array_equal(made, BINARY[layer][1](a, b))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_shifts_beyond_the_bits(dtype):
    a = np.array([1, 5, np.iinfo(dtype).max, np.iinfo(dtype).min], dtype)
    b = np.array([a.dtype.itemsize * 8, 64, 100, 70], dtype)
    lines = declared("a", a) + declared("b", b)
    text = f"{lines}output l = bitwise_left_shift(a, b)\noutput r = bitwise_right_shift(a, b)"
    made = evaluate(text, a=a, b=b)
    np.testing.assert_array_equal(made["l"], np.zeros_like(a))
    np.testing.assert_array_equal(made["r"], np.where(a < 0, -1, 0).astype(dtype))


def test_zeros_and_infinities_in_atan2():
    ends = np.array([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan, 1e-38, -1e38], np.float32)
    a, b = (part.ravel().copy() for part in np.meshgrid(ends, ends))
    text = f"{declared('a', a)}{declared('b', b)}output y = atan2(a, b)"
    made = evaluate(text, a=a, b=b)
    wanted = torch.atan2(tensor(a), tensor(b)).numpy()
    np.testing.assert_allclose(made["y"], wanted, rtol=CLOSE, atol=0)


def test_a_divisor_of_zero_that_is_written_down():
    assert rejected("input x: int64[N]\noutput y = mod(x, 0)").code == "SP3230"
    assert rejected("input x: int64[N, 2]\noutput y = floor_divide(x, [1, 0])").code == "SP3230"
