"""Activations against torch 2.13, and sparsemax against the definition of what it projects onto."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
import torch
from cases import SEEDS, cases
from hypothesis import strategies as st
from one_layer import agree
from tensors import ABOVE_ZERO, FLOATS, SHAPES, TENTHS, axed, counted, drawn, symbols, wild
from torch import nn
from torch.nn import functional
from whole_spec import evaluate

TOLERANCE = 1e-5
"""For float32 exponentials and what is made of them, on inputs of up to 100."""
HALF = 1e-2
"""For float16 with its 11 bits, after several roundings."""
SINGLE = ("float32",)
Drawn = tuple[str, nn.Module | Callable[[torch.Tensor], torch.Tensor]]


def plain(text: str, module: nn.Module | Callable[[torch.Tensor], torch.Tensor]) -> Callable[[st.DrawFn], Drawn]:
    return lambda draw: (text, module)


def one(text: str, module: Callable[[float], nn.Module], numbers: st.SearchStrategy[float]):
    def make(draw: st.DrawFn) -> Drawn:
        number = draw(numbers)
        return f"{text}({number})", module(number)

    return make


def two(text: str, module: Callable[[float, float], nn.Module], ordered: bool = False):
    def make(draw: st.DrawFn) -> Drawn:
        low, high = draw(TENTHS), draw(TENTHS)
        if ordered:
            low, high = min(low, high), max(low, high) + 0.1
        return f"{text}({low}, {high})", module(low, high)

    return make


def gelu(draw: st.DrawFn) -> Drawn:
    form = draw(st.sampled_from(("none", "tanh")))
    return f"gelu({draw(st.sampled_from(('', 'approximate=')))}{form})", nn.GELU(form)


ACTIVATIONS: dict[str, tuple[Callable[[st.DrawFn], Drawn], tuple[str, ...]]] = {
    "relu": (plain("relu", nn.ReLU()), FLOATS),
    "relu6": (plain("relu6", nn.ReLU6()), FLOATS),
    "leaky_relu": (one("leaky_relu", nn.LeakyReLU, TENTHS), SINGLE),
    "rrelu": (two("rrelu", lambda a, b: nn.RReLU(a, b).eval(), ordered=True), SINGLE),
    "elu": (one("elu", nn.ELU, TENTHS), SINGLE),
    "celu": (one("celu", nn.CELU, ABOVE_ZERO), SINGLE),
    "selu": (plain("selu", nn.SELU()), SINGLE),
    "gelu": (gelu, SINGLE),
    "silu": (plain("silu", nn.SiLU()), FLOATS),
    "mish": (plain("mish", nn.Mish()), SINGLE),
    "sigmoid": (plain("sigmoid", nn.Sigmoid()), FLOATS),
    "log_sigmoid": (plain("log_sigmoid", nn.LogSigmoid()), SINGLE),
    "tanh": (plain("tanh", nn.Tanh()), FLOATS),
    "tanhshrink": (plain("tanhshrink", nn.Tanhshrink()), FLOATS),
    "hard_sigmoid": (plain("hard_sigmoid", nn.Hardsigmoid()), SINGLE),
    "hard_swish": (plain("hard_swish", nn.Hardswish()), SINGLE),
    "hardtanh": (two("hardtanh", nn.Hardtanh, ordered=True), FLOATS),
    "softplus": (one("softplus", nn.Softplus, ABOVE_ZERO), SINGLE),
    "softsign": (plain("softsign", nn.Softsign()), SINGLE),
    "softshrink": (one("softshrink", nn.Softshrink, ABOVE_ZERO), FLOATS),
    "hardshrink": (one("hardshrink", nn.Hardshrink, ABOVE_ZERO), FLOATS),
    "threshold": (two("threshold", nn.Threshold), FLOATS),
    "quick_gelu": (plain("quick_gelu", lambda x: x * torch.sigmoid(1.702 * x)), FLOATS),
    "dropout": (one("dropout", nn.Dropout, st.integers(0, 10).map(lambda n: n / 10)), FLOATS),
    "identity": (plain("identity", nn.Identity()), FLOATS),
}


def finite(layer: str, array: np.ndarray) -> np.ndarray:
    """torch makes NaN of infinity in `gelu`, whose limit is infinity."""
    return np.asarray(np.where(np.isinf(array), 50, array), array.dtype) if layer in ("gelu", "geglu") else array


@pytest.mark.parametrize("layer", ACTIVATIONS)
@cases(data=st.data(), shape=SHAPES, seed=SEEDS, scale=st.sampled_from((0.1, 1.0, 8.0, 40.0)), ends=st.booleans())
def test_activation(layer, data, shape, seed, scale, ends):
    make, dtypes = ACTIVATIONS[layer]
    text, reference = make(data.draw)
    dtype = data.draw(st.sampled_from(dtypes))
    array = finite(layer, (wild if ends else drawn)(shape, seed, dtype, scale))
    agree(text, reference, array, tolerance=TOLERANCE, symbols=symbols(shape, data.draw(st.booleans())))


@pytest.mark.parametrize("layer", ["relu", "gelu", "silu", "hard_swish", "mish", "softplus", "log_sigmoid", "swiglu"])
def test_half_precision(layer):
    array = drawn((3, 8), 2, "float16", 2.0)
    single = evaluate(f"input x: float32[N, 8]\noutput y = x -> {layer}", x=array.astype("float32"))["y"]
    made = evaluate(f"input x: float16[N, 8]\noutput y = x -> {layer}", x=array)["y"]
    np.testing.assert_allclose(made.astype("float32"), single, rtol=HALF, atol=HALF)


@cases(
    sizes=st.lists(st.integers(1, 4), max_size=3),
    batch=st.integers(1, 3),
    channels=st.integers(1, 5),
    shared=st.booleans(),
    named=st.booleans(),
    seed=SEEDS,
)
def test_prelu(sizes, batch, channels, shared, named, seed):
    count = 1 if shared else channels
    found = {axis: name for axis, name in symbols((batch, channels, *sizes), named).items() if axis != 1}
    array = wild((batch, channels, *sizes), seed)
    agree(f"prelu({count})", nn.PReLU(count), array, tolerance=0, symbols=found, seed=seed % 1000)


def sparsemax(x: torch.Tensor, axis: int) -> torch.Tensor:
    """The point of the simplex that is nearest to `x`: what exceeds the one threshold that leaves a sum of 1, found by
    bisection."""
    array = x.double()
    low, high = array.amax(axis, keepdim=True) - 1, array.amax(axis, keepdim=True)
    for _ in range(80):
        middle = (low + high) / 2
        above = (array - middle).clamp(min=0).sum(axis, keepdim=True) > 1
        low, high = torch.where(above, middle, low), torch.where(above, high, middle)
    return (array - high).clamp(min=0).to(x.dtype)


def hardmax(x: torch.Tensor, axis: int) -> torch.Tensor:
    return functional.one_hot(x.argmax(axis), x.shape[axis]).movedim(-1, axis).to(x.dtype)


ALONG = {
    "softmax": (lambda axis: nn.Softmax(axis), FLOATS),
    "log_softmax": (lambda axis: nn.LogSoftmax(axis), FLOATS),
    "softmin": (lambda axis: nn.Softmin(axis), FLOATS),
    "hardmax": (lambda axis: partial(hardmax, axis=axis), SINGLE),
    "sparsemax": (lambda axis: partial(sparsemax, axis=axis), FLOATS),
}


@pytest.mark.parametrize("layer", ALONG)
@cases(
    where=axed(),
    seed=SEEDS,
    scale=st.sampled_from((0.1, 1.0, 5.0, 1e4)),
    named=st.booleans(),
    data=st.data(),
)
def test_along_an_axis(layer, where, seed, scale, named, data):
    (shape, axis), (make, dtypes) = where, ALONG[layer]
    array = drawn(shape, seed, data.draw(st.sampled_from(dtypes)), scale)
    text = layer if axis == -1 else f"{layer}({axis})"
    agree(text, make(axis), array, tolerance=TOLERANCE, symbols=symbols(shape, named))


def test_softmax_of_large_numbers():
    array = np.array([[1e4, 1e4 - 1, -1e4]], dtype=np.float32)
    agree("softmax", nn.Softmax(-1), array, tolerance=1e-6)
    agree("sparsemax", partial(sparsemax, axis=-1), array, tolerance=1e-6)


def test_hardmax_takes_the_first_of_equal_elements():
    agree("hardmax", partial(hardmax, axis=-1), counted((3, 4)) % 3, tolerance=0)


GATES: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "glu": torch.sigmoid,
    "swiglu": functional.silu,
    "geglu": functional.gelu,
    "reglu": functional.relu,
}


@pytest.mark.parametrize("layer", GATES)
@cases(where=axed(high=4), seed=SEEDS, scale=st.sampled_from((0.3, 1.0, 3.0)), form=st.booleans(), named=st.booleans())
def test_gated(layer, where, seed, scale, form, named):
    shape, axis = where
    shape = tuple(2 * size if at == axis % len(shape) else size for at, size in enumerate(shape))
    gate = "second" if layer == "glu" or form else "first"
    function = partial(functional.gelu, approximate="tanh") if layer == "geglu" and form else GATES[layer]
    options = [str(axis)] + [f"gate={gate}"] * (layer != "glu") + ["approximate=tanh"] * (layer == "geglu" and form)
    found = symbols(shape, named)
    promises = tuple(f"{name} % 2 == 0" for at, name in found.items() if at == axis % len(shape))

    def reference(x: torch.Tensor) -> torch.Tensor:
        a, b = x.chunk(2, axis)
        return functional.glu(x, axis) if layer == "glu" else function(a) * b if gate == "first" else a * function(b)

    array = drawn(shape, seed, scale=scale)
    agree(f"{layer}({', '.join(options)})", reference, array, tolerance=TOLERANCE, symbols=found, promises=promises)


@cases(where=axed(high=4), pieces=st.integers(1, 4), seed=SEEDS, named=st.booleans())
def test_maxout(where, pieces, seed, named):
    shape, axis = where
    shape = tuple(pieces * size if at == axis % len(shape) else size for at, size in enumerate(shape))
    found = symbols(shape, named)
    promises = tuple(f"{name} % {pieces} == 0" for at, name in found.items() if at == axis % len(shape))

    def reference(x: torch.Tensor) -> torch.Tensor:
        rows = x.movedim(axis, -1)
        pooled = functional.max_pool1d(rows.reshape(1, -1, rows.shape[-1]), pieces)
        return pooled.reshape(*rows.shape[:-1], -1).movedim(-1, axis)

    text = f"maxout({pieces}, axis={axis})"
    agree(text, reference, drawn(shape, seed), tolerance=0, symbols=found, promises=promises)
