"""Pooling and its inverse against torch 2.13."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import assume
from hypothesis import strategies as st
from one_layer import agree, spec_text, values
from shapes import each, ints, spatial_symbols
from torch import nn
from torch.nn import functional
from whole_spec import holds

MAXPOOL = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
AVGPOOL = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
LPPOOL = (nn.LPPool1d, nn.LPPool2d, nn.LPPool3d)
UNPOOL = (nn.MaxUnpool1d, nn.MaxUnpool2d, nn.MaxUnpool3d)
ADAPTIVE_AVG = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)
ADAPTIVE_MAX = (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d)
MEANS = 2e-6
"""For means of up to 10^2 float32 numbers of unit size."""
ROOTS = 1e-5
"""For roots of sums of powers, made of an exponential and a logarithm."""


def smallest(kernel: int, padding: int, dilation: int, stride: int) -> int:
    """The least size for which the window fits, and always has an element that is not padding."""
    extent = dilation * (kernel - 1) + 1
    reached = [start % dilation + 1 for start in range(-padding, 0, stride)]
    return max(extent - 2 * padding, 1, *reached)


def taken(module: nn.Module, array: np.ndarray) -> None:
    """Pass over a case that PyTorch refuses: a window that starts beyond the input."""
    try:
        module(torch.from_numpy(array))
    except RuntimeError:
        assume(False)


@cases(
    axes=st.integers(1, 3),
    slack=ints(0, 6),
    kernel=ints(1, 4),
    stride=ints(1, 4),
    padding=ints(0, 2),
    dilation=ints(1, 3),
    ceil=st.booleans(),
    indices=st.booleans(),
    repeated=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_maxpool(axes, slack, kernel, stride, padding, dilation, ceil, indices, repeated, symbolic, seed):
    kernel, stride, dilation = (v[:axes] for v in (kernel, stride, dilation))
    padding = [min(p, k // 2) for p, k in zip(padding, kernel, strict=False)]
    least = [smallest(*each) for each in zip(kernel, padding, dilation, stride, strict=True)]
    array = values((2, 3, *(n + s for n, s in zip(least, slack, strict=False))), seed)
    if repeated:
        array = np.round(array)
    module = MAXPOOL[axes - 1](kernel, stride, padding, dilation, indices, ceil)
    taken(module, array)
    text = f"maxpool({each(kernel)}, {each(stride)}, {padding}, {each(dilation)}, {word(ceil)}, {word(indices)})"
    symbols, promises = spatial_symbols(axes, least, symbolic)
    if not indices:
        agree(text, module, array, tolerance=0, symbols=symbols, promises=promises)
        return
    spec = spec_text(text, array, symbols, promises).replace("output y =", "y, i =") + "output y\noutput i\n"
    wanted = dict(zip(("y", "i"), module(torch.from_numpy(array)), strict=True))
    holds("maxpool", spec, wanted, {"x": array}, tolerance=0)


@cases(
    axes=st.integers(1, 3),
    slack=ints(0, 5),
    kernel=ints(1, 3),
    stride=ints(1, 3),
    padding=ints(0, 1),
    exact=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_max_unpool(axes, slack, kernel, stride, padding, exact, symbolic, seed):
    kernel, stride = kernel[:axes], stride[:axes]
    padding = [min(p, k // 2) for p, k in zip(padding, kernel, strict=False)]
    least = [smallest(k, p, 1, s) for k, p, s in zip(kernel, padding, stride, strict=True)]
    shape = tuple(n + s for n, s in zip(least, slack, strict=False))
    if not exact:
        shape = tuple(
            (n + 2 * p - k) // s * s + k - 2 * p for n, k, s, p in zip(shape, kernel, stride, padding, strict=True)
        )
    assume(all(n >= 1 for n in shape))
    x = torch.from_numpy(values((2, 3, *shape), seed))
    pooled, indices = MAXPOOL[axes - 1](kernel, stride, padding, return_indices=True)(x)
    module = UNPOOL[axes - 1](kernel, stride, padding)
    drawn = torch.from_numpy(values(tuple(pooled.shape), seed + 1))
    chosen = torch.zeros((2, 3, int(np.prod(shape)))).scatter_(2, indices.flatten(2), drawn.flatten(2))
    value = chosen.gather(2, indices.flatten(2)).reshape(indices.shape)  # one value for one index
    wanted = module(value, indices, shape if exact else None)
    dims = ", ".join(map(str, pooled.shape)) if not symbolic else f"N, C, {', '.join(map(str, pooled.shape[2:]))}"
    size = f", output_size={list(shape)}" if exact else ""
    text = f"input x: float32[{dims}]\ninput i: int64[{dims}]\n"
    text += f"output y = max_unpool(x, i, {each(kernel)}, {each(stride)}, {padding}{size})\n"
    arrays = {"x": value.numpy(), "i": indices.numpy()}
    holds("max_unpool", text, {"y": wanted}, arrays, tolerance=0)


@cases(
    axes=st.integers(1, 3),
    slack=ints(0, 6),
    kernel=ints(1, 4),
    stride=ints(1, 4),
    padding=ints(0, 2),
    ceil=st.booleans(),
    count=st.booleans(),
    divisor=st.sampled_from((None, 1, 3, 10)),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_avgpool(axes, slack, kernel, stride, padding, ceil, count, divisor, symbolic, seed):
    kernel, stride = kernel[:axes], stride[:axes]
    padding = [min(p, k // 2) for p, k in zip(padding, kernel, strict=False)]
    least = [smallest(k, p, 1, s) for k, p, s in zip(kernel, padding, stride, strict=True)]
    array = values((2, 3, *(n + s for n, s in zip(least, slack, strict=False))), seed)
    divisor = None if axes == 1 else divisor
    further = () if axes == 1 else (divisor,)
    module = AVGPOOL[axes - 1](kernel, stride, padding, ceil, count, *further)
    taken(module, array)
    text = f"avgpool({each(kernel)}, {each(stride)}, {padding}, {word(ceil)}, {word(count)}, {divisor or 'none'})"
    symbols, promises = spatial_symbols(axes, least, symbolic)
    agree(text, module, array, tolerance=MEANS, symbols=symbols, promises=promises)


@cases(
    axes=st.integers(1, 3),
    slack=ints(0, 6),
    kernel=ints(1, 4),
    stride=ints(1, 4),
    norm=st.sampled_from((1, 2, 3, 1.5, 4)),
    ceil=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_lppool(axes, slack, kernel, stride, norm, ceil, symbolic, seed):
    kernel, stride = kernel[:axes], stride[:axes]
    shape = tuple(k + s for k, s in zip(kernel, slack, strict=False))
    drawn = values((2, 3, *shape), seed)
    array = np.abs(drawn) + np.float32(0.1) if norm not in (2, 4) else drawn
    whole = (kernel[0], stride[0]) if axes == 1 else (kernel, stride)
    module = LPPOOL[axes - 1](float(norm), *whole, ceil)
    taken(module, array)
    symbols, promises = spatial_symbols(axes, kernel, symbolic)
    text = f"lppool({norm}, {each(kernel)}, {each(stride)}, {word(ceil)})"
    agree(text, module, array, tolerance=ROOTS, symbols=symbols, promises=promises)


@pytest.mark.parametrize("size", range(2, 12))
@pytest.mark.parametrize("ceil", [False, True])
def test_pooling_of_a_symbol(size, ceil):
    array = values((1, 2, size, size + 1), size)
    symbols, promises = {2: "H", 3: "W"}, ("H >= 2", "W >= 2")
    text = f"3, 2, 1, ceil_mode={word(ceil)}"
    largest = nn.MaxPool2d(3, 2, 1, ceil_mode=ceil)
    agree(f"maxpool({text})", largest, array, tolerance=0, symbols=symbols, promises=promises)
    average = nn.AvgPool2d(3, 2, 1, ceil_mode=ceil)
    agree(f"avgpool({text})", average, array, tolerance=MEANS, symbols=symbols, promises=promises)


@pytest.mark.parametrize("size", range(4, 10))
def test_unpooling_to_the_size_before(size):
    text = "input x: float32[N, C, H, W]\nrequire H >= 3 and W >= 3\n"
    text += "y, i = x -> maxpool(3, 2, return_indices=true)\n"
    text += "output z = max_unpool(y, i, 3, 2, output_size=[H, W])\n"
    array = values((2, 3, size, size + 1), size)
    pooled, indices = functional.max_pool2d(torch.from_numpy(array), 3, 2, return_indices=True)
    wanted = functional.max_unpool2d(pooled, indices, 3, 2, output_size=(size, size + 1))
    holds("max_unpool", text, {"z": wanted}, {"x": array}, tolerance=0)


@cases(axes=st.integers(1, 3), sizes=ints(1, 9), wanted=ints(1, 7), symbolic=st.booleans(), seed=SEEDS)
def test_adaptive_pooling(axes, sizes, wanted, symbolic, seed):
    sizes, wanted = sizes[:axes], wanted[:axes]
    array = values((2, 3, *sizes), seed)
    symbols, text = {0: "N", 1: "C"} if symbolic else {}, each(wanted)
    agree(f"adaptive_avgpool({text})", ADAPTIVE_AVG[axes - 1](wanted), array, tolerance=MEANS, symbols=symbols)
    agree(f"adaptive_maxpool({text})", ADAPTIVE_MAX[axes - 1](wanted), array, tolerance=0, symbols=symbols)


@cases(wanted=st.tuples(st.integers(1, 5), st.integers(1, 5)), each=st.tuples(st.integers(1, 3), st.integers(1, 3)))
def test_adaptive_pooling_of_a_symbol(wanted, each):
    array = values((2, 3, *(w * e for w, e in zip(wanted, each, strict=True))), 11)
    symbols = {0: "N", 2: "H", 3: "W"}
    promises = tuple(f"{name} % {count} == 0" for name, count in zip("HW", wanted, strict=True) if count > 1)
    text, average, largest = list(wanted), nn.AdaptiveAvgPool2d(wanted), nn.AdaptiveMaxPool2d(wanted)
    agree(f"adaptive_avgpool({text})", average, array, tolerance=MEANS, symbols=symbols, promises=promises)
    agree(f"adaptive_maxpool({text})", largest, array, tolerance=0, symbols=symbols, promises=promises)


@cases(
    shape=st.lists(st.integers(1, 6), min_size=3, max_size=6),
    norm=st.sampled_from((1, 2, 2.5, 3, float("inf"))),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_global_pooling(shape, norm, symbolic, seed):
    axes = tuple(range(2, len(shape)))
    array = values(tuple(shape), seed)
    symbols = {axis: f"S{axis}" for axis in range(len(shape))} if symbolic else {}
    agree("global_avgpool", lambda x: x.mean(axes, keepdim=True), array, tolerance=MEANS, symbols=symbols)
    agree("global_maxpool", lambda x: x.amax(axes, keepdim=True), array, tolerance=0, symbols=symbols)
    agree(
        f"global_lppool({norm})",
        lambda x: torch.linalg.vector_norm(x, norm, axes, keepdim=True),
        array,
        tolerance=ROOTS,
        symbols=symbols,
    )


def test_adaptive_pooling_of_infinity():
    array = np.array([[[1, 2, 3, 4, 5, -np.inf, 7, np.inf]]], np.float32)
    for size in (3, 5, 6, 7):
        agree(f"adaptive_avgpool({size})", nn.AdaptiveAvgPool1d(size), array, tolerance=MEANS)
