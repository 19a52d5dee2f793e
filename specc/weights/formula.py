"""Formulas over indices, evaluated for a whole tensor at once."""

from __future__ import annotations

from collections.abc import Callable
from math import isinf

import numpy as np

from specc.base.diagnostics import fail
from specc.base.source import Span
from specc.ir.initial import Apply, FormulaTerm, Index
from specc.tensor.dtypes import DType
from specc.weights.arrays import Array, cast, count, numpy_dtype
from specc.weights.errors import FormulaFails

_BLOCK = 1 << 20
"""Elements that are evaluated at once: intermediate results are of 64 bits."""


class _WrongCall(Exception):
    """A function is called with a number of arguments that it does not take."""


def evaluate_formula(term: FormulaTerm, shape: tuple[int, ...], dtype: DType, tensor: str, span: Span | None) -> Array:
    """Values of `term` at every index of `shape`. Integers are exact up to 64 bits, other numbers float64 until the
    cast. Raises `SpecError` where a value is not a number."""
    result: Array = np.empty(shape, numpy_dtype(dtype))
    if not shape:
        return _block(term, (), (), dtype, tensor, span).reshape(())
    rows = max(1, _BLOCK // max(1, count(shape[1:])))
    for start in range(0, shape[0], rows):
        part = result[start : start + rows]
        grid = np.ogrid[tuple(slice(0, size) for size in part.shape)]
        indices: tuple[Array, ...] = (grid[0] + start, *grid[1:])
        part[...] = _block(term, indices, part.shape, dtype, tensor, span)
    return result


def _block(
    term: FormulaTerm,
    indices: tuple[Array, ...],
    shape: tuple[int, ...],
    dtype: DType,
    tensor: str,
    span: Span | None,
) -> Array:
    with np.errstate(all="ignore"):
        try:
            values = _evaluate(term, indices)
        except OverflowError:
            raise fail(FormulaFails(tensor, "has a number of more than 64 bits"), span) from None
        except _WrongCall as error:
            raise fail(FormulaFails(tensor, str(error)), span) from None
        if values.dtype.kind == "f":
            _check_finite(values, term, indices, tensor, span)
        fitted = cast(values, dtype, tensor, span)
    return np.broadcast_to(fitted, shape)


def _check_finite(values: Array, term: FormulaTerm, indices: tuple[Array, ...], tensor: str, span: Span | None) -> None:
    bad = np.isnan(values) if _names_infinity(term) else ~np.isfinite(values)
    if not bad.any():
        return
    spot = np.argwhere(bad)[0]
    place = [int(axis.flat[position if axis.size > 1 else 0]) for axis, position in zip(indices, spot, strict=True)]
    raise fail(FormulaFails(tensor, f"has no value at {place}" if place else "has no value"), span)


def _names_infinity(term: FormulaTerm) -> bool:
    if isinstance(term, Apply):
        return any(_names_infinity(argument) for argument in term.arguments)
    return isinstance(term, float) and isinf(term)


def _evaluate(term: FormulaTerm, indices: tuple[Array, ...]) -> Array:
    match term:
        case Index(axis):
            return indices[axis]
        case Apply(function, arguments):
            values = tuple(_evaluate(argument, indices) for argument in arguments)
            return _apply(function, values)
        case bool():
            return np.asarray(term)
        case int():
            return np.asarray(np.int64(term))
        case _:
            return np.asarray(float(term))


def _apply(function: str, values: tuple[Array, ...]) -> Array:
    match function, values:
        case "-", (value,):
            return np.negative(_numeric(value))
        case ("+" | "-" | "*") as operator, (left, right):
            return _INTEGER[operator](*_wide(operator, _numeric(left), _numeric(right)))
        case ("//" | "%") as operator, (left, right):
            return _INTEGER[operator](*_divisible(_numeric(left), _numeric(right)))
        case "**", (base, exponent):
            return _power(_numeric(base), _numeric(exponent))
        case "where", (condition, left, right):
            chosen: Array = np.where(_true(condition), left, right)
            return chosen
        case "not", (value,):
            return np.logical_not(_true(value))
        case ("and" | "or") as operator, (left, right):
            return _LOGIC[operator](_true(left), _true(right))
        case name, (value,) if name in _UNARY:
            return _UNARY[name](_numeric(value))
        case ("min" | "max") as name, (left, right, *rest) if rest:
            return _apply(name, (_apply(name, (left, right)), *rest))
        case name, (left, right) if name in _BINARY:
            return _BINARY[name](_numeric(left), _numeric(right))
    raise _WrongCall(f"calls `{function}` with {len(values)} arguments")


def _true(value: Array) -> Array:
    result: Array = value != 0
    return result


def _numeric(value: Array) -> Array:
    return value.astype(np.int64) if value.dtype.kind == "b" else value


def _wide(operator: str, left: Array, right: Array) -> tuple[Array, Array]:
    """The operands, as float64 where an integer result could leave 64 bits."""
    if left.dtype.kind == "f" or right.dtype.kind == "f" or not left.size or not right.size:
        return left, right
    a, b = (max(abs(int(value.min())), abs(int(value.max()))) for value in (left, right))
    large = a * b if operator == "*" else a + b
    return (left.astype(np.float64), right.astype(np.float64)) if large >= 2**63 else (left, right)


def _divisible(left: Array, right: Array) -> tuple[Array, Array]:
    """The operands, as float64 where a divisor is zero: integer division by zero would give zero."""
    return (left.astype(np.float64), right) if (right == 0).any() else (left, right)


def _power(base: Array, exponent: Array) -> Array:
    floating: Array = np.power(base.astype(np.float64), exponent.astype(np.float64))
    if base.dtype.kind == "f" or exponent.dtype.kind == "f" or np.less(exponent, 0).any():
        return floating
    whole: Array = np.power(base, exponent)
    return whole if (np.abs(floating) < 2**62).all() else floating


def _sigmoid(value: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-value.astype(np.float64)))
    return result


_INTEGER: dict[str, Callable[[Array, Array], Array]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "//": np.floor_divide,
    "%": np.remainder,
}
_LOGIC: dict[str, Callable[[Array, Array], Array]] = {"and": np.logical_and, "or": np.logical_or}
_BINARY: dict[str, Callable[[Array, Array], Array]] = {
    "/": np.true_divide,
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "max": np.maximum,
    "min": np.minimum,
}
_UNARY: dict[str, Callable[[Array], Array]] = {
    "abs": np.abs,
    "ceil": np.ceil,
    "cos": np.cos,
    "exp": np.exp,
    "float": lambda value: value.astype(np.float64),
    "floor": np.floor,
    "int": lambda value: np.trunc(value).astype(np.int64),
    "log": np.log,
    "log2": np.log2,
    "round": np.rint,
    "sigmoid": _sigmoid,
    "sign": np.sign,
    "sin": np.sin,
    "sqrt": np.sqrt,
    "tan": np.tan,
    "tanh": np.tanh,
}
