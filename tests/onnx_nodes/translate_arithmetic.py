"""Operators of two or more tensors, element by element."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np
from node_outcomes import Excluded, Reason
from node_spec import NodeSpec, layer, spec
from node_tests import Array, NodeTest
from translating import translates

BINARY: Mapping[str, str] = {
    "Add": "add",
    "And": "logical_and",
    "BitwiseAnd": "bitwise_and",
    "BitwiseOr": "bitwise_or",
    "BitwiseXor": "bitwise_xor",
    "Equal": "equal",
    "Greater": "greater",
    "GreaterOrEqual": "greater_equal",
    "Less": "less",
    "LessOrEqual": "less_equal",
    "Mul": "mul",
    "Or": "logical_or",
    "Sub": "sub",
    "Xor": "logical_xor",
}
FOLDED: Mapping[str, str] = {"Max": "maximum", "Mean": "add", "Min": "minimum", "Sum": "add"}


@translates(*BINARY)
def binary(test: NodeTest) -> NodeSpec:
    """Layers without options."""
    return spec(test, layer(BINARY[test.operator], "a", "b"), a=test.input(0), b=test.input(1))


@translates("Div")
def div(test: NodeTest) -> NodeSpec:
    """`div` is for floating point. Integers round towards zero in ONNX, which is down where the signs are equal."""
    a, b = test.input(0), test.input(1)
    if a.dtype.kind == "f":
        return spec(test, layer("div", "a", "b"), a=a, b=b)
    if (np.sign(a) * np.sign(b) < 0).any():
        raise Excluded(Reason.NO_OPTION, "a quotient of integers that is rounded towards zero")
    return spec(test, layer("floor_divide", "a", "b"), a=a, b=b)


@translates("Pow")
def power(test: NodeTest) -> NodeSpec:
    """Both types are one here; ONNX allows two, and computes in the wider."""
    a, b = test.input(0), test.input(1)
    if a.dtype == b.dtype:
        return spec(test, layer("pow", "a", "b"), a=a, b=b)
    if a.dtype.kind == "f":
        return spec(test, layer("pow", "a", f"cast(b, {a.dtype})"), a=a, b=b)
    power = layer("pow", "cast(a, float64)", "cast(b, float64)")
    return spec(test, f"cast({power}, {a.dtype})", a=a, b=b)


@translates("Mod")
def mod(test: NodeTest) -> NodeSpec:
    """`mod` has the sign of the divisor; with `fmod` ONNX gives that of the dividend."""
    a, b = test.input(0), test.input(1)
    if test.integer("fmod", 0):
        return spec(test, layer("fmod", "a", "b"), a=a, b=b)
    return spec(test, layer("mod", "a", "b"), a=a, b=b)


@translates("BitShift")
def bit_shift(test: NodeTest) -> NodeSpec:
    name = f"bitwise_{str(test.attribute('direction')).lower()}_shift"
    return spec(test, layer(name, "a", "b"), a=test.input(0), b=test.input(1))


@translates(*FOLDED)
def folded(test: NodeTest) -> NodeSpec:
    """Operators of any number of tensors, two at a time."""
    arrays = {f"x{index}": array for index, array in enumerate(test.inputs) if array is not None}
    text = reduce(lambda left, right: layer(FOLDED[test.operator], left, right), arrays)
    if test.operator == "Mean":
        text = f"{text} / {float(len(arrays))}"
    elif len(arrays) == 1:
        text = f"identity({text})"
    return spec(test, text, **arrays)


@translates("Where")
def where(test: NodeTest) -> NodeSpec:
    return spec(test, "where(c, a, b)", c=test.input(0), a=test.input(1), b=test.input(2))


@translates("MatMul")
def matmul(test: NodeTest) -> NodeSpec:
    return spec(test, layer("matmul", "a", "b"), a=test.input(0), b=test.input(1))


@translates("Gemm")
def gemm(test: NodeTest) -> NodeSpec:
    """`linear` where the second matrix is a weight `[out, in]`, else a product and a sum."""
    a, b, c = test.input(0), test.input(1), test.get(2)
    alpha, beta = test.attribute("alpha", 1.0), test.attribute("beta", 1.0)
    if alpha == beta == 1.0 and test.integer("transB", 0) and not test.integer("transA", 0) and _is_bias(b, c):
        stage = layer("linear", out=b.shape[0], bias=c is not None)
        return spec(test, f"a -> {stage} as layer", a=a, weights={"layer.weight": b, "layer.bias": _ravel(c)})
    left, right = (_turned(name, test.integer(flag, 0)) for name, flag in (("a", "transA"), ("b", "transB")))
    product = f"{alpha} * ({left} @ {right})"
    return spec(test, product if c is None else f"{product} + {beta} * c", a=a, b=b, c=c)


def _is_bias(b: Array, c: Array | None) -> bool:
    return c is None or c.size == c.shape[-1] == b.shape[0]


def _ravel(array: Array | None) -> Array | None:
    return None if array is None else np.ravel(array)


def _turned(name: str, flag: int) -> str:
    return f"swap({name})" if flag else name


@translates("Einsum")
def einsum(test: NodeTest) -> NodeSpec:
    arrays = {f"x{index}": array for index, array in enumerate(test.inputs)}
    return spec(test, layer("einsum", *arrays, equation=test.attribute("equation")), **arrays)
