"""Convolution and pooling against torch 2.13."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from cases import cases, word
from hypothesis import assume
from hypothesis import strategies as st
from one_layer import agree, values
from torch import nn
from torch.nn import functional

CONV = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
CONV_TRANSPOSE = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
MAXPOOL = (nn.MaxPool1d, nn.MaxPool2d, nn.MaxPool3d)
AVGPOOL = (nn.AvgPool1d, nn.AvgPool2d, nn.AvgPool3d)
ADAPTIVE_AVG = (nn.AdaptiveAvgPool1d, nn.AdaptiveAvgPool2d, nn.AdaptiveAvgPool3d)
ADAPTIVE_MAX = (nn.AdaptiveMaxPool1d, nn.AdaptiveMaxPool2d, nn.AdaptiveMaxPool3d)
SUMS = 1e-4
"""For float32 sums of up to 10^3 products of standard normal numbers."""
MEANS = 1e-5


def ints(low: int, high: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(low, high), min_size=3, max_size=3)


@cases(
    axes=st.integers(1, 3),
    sizes=ints(1, 8),
    kernel=ints(1, 4),
    stride=ints(1, 3),
    padding=ints(0, 3),
    dilation=ints(1, 3),
    groups=st.sampled_from((1, 2, 3)),
    shares=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    bias=st.booleans(),
    symbolic=st.booleans(),
)
def test_conv(axes, sizes, kernel, stride, padding, dilation, groups, shares, bias, symbolic):
    sizes, kernel, stride, padding, dilation = (v[:axes] for v in (sizes, kernel, stride, padding, dilation))
    extents = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    assume(all(s + 2 * p >= e for s, p, e in zip(sizes, padding, extents, strict=True)))
    channels, out = groups * shares[0], groups * shares[1]
    module = CONV[axes - 1](channels, out, kernel, stride, padding, dilation, groups, bias)
    text = f"conv({out}, {kernel}, {stride}, {padding}, {dilation}, {groups}, {word(bias)})"
    symbols = {0: "N", 2: "S"} if symbolic else {}
    least = max(extents[0] - 2 * padding[0], 1)
    promises = (f"S >= {least}",) if symbolic else ()
    array = values((2, channels, *sizes), 1)
    agree(text, module, array, tolerance=SUMS, symbols=symbols, promises=promises)


@cases(kernel=ints(1, 5), dilation=ints(1, 3), axes=st.integers(1, 3))
def test_conv_same(kernel, dilation, axes):
    module = CONV[axes - 1](2, 3, kernel[:axes], 1, "same", dilation[:axes])
    text = f"conv(3, {kernel[:axes]}, padding=same, dilation={dilation[:axes]})"
    agree(text, module, values((2, 2, *(4, 5, 6)[:axes]), 2), tolerance=SUMS, symbols={0: "N", 2: "S"})


@cases(pads=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=2), stride=st.integers(1, 3))
def test_conv_with_asymmetric_padding(pads, stride):
    (top, bottom), (left, right) = pads
    inner = nn.Conv2d(2, 3, 3, stride)
    module = nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), inner)
    array = values((1, 2, 5, 6), 3)
    text = f"conv(3, 3, {stride}, [[{top}, {bottom}], [{left}, {right}]])"
    weights = Renamed(module, inner)
    agree(text, weights, array, tolerance=SUMS)


def test_causal_conv():
    inner = nn.Conv1d(2, 3, 3, dilation=2)
    module = Renamed(nn.Sequential(nn.ConstantPad1d((4, 0), 0.0), inner), inner)
    agree("conv(3, 3, padding=causal, dilation=2)", module, values((2, 2, 7), 4), tolerance=SUMS, symbols={2: "T"})


class Renamed(nn.Module):
    """`whole`, with the weights of its part `inner` under their own names."""

    def __init__(self, whole: nn.Module, inner: nn.Module) -> None:
        super().__init__()
        object.__setattr__(self, "whole", whole)
        for name, weight in inner.named_parameters():
            self.register_parameter(name, weight)

    def forward(self, tensor: torch.Tensor) -> torch.Tensor:
        return self.whole(tensor)


@cases(
    axes=st.integers(1, 3),
    sizes=ints(1, 6),
    kernel=ints(1, 4),
    stride=ints(1, 3),
    padding=ints(0, 2),
    extra=ints(0, 2),
    dilation=ints(1, 3),
    groups=st.sampled_from((1, 2)),
    shares=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    bias=st.booleans(),
)
def test_conv_transpose(axes, sizes, kernel, stride, padding, extra, dilation, groups, shares, bias):
    sizes, kernel, stride, padding, extra, dilation = (
        v[:axes] for v in (sizes, kernel, stride, padding, extra, dilation)
    )
    extra = [min(e, s - 1) for e, s in zip(extra, stride, strict=True)]
    each = zip(sizes, kernel, stride, padding, extra, dilation, strict=True)
    assume(all((n - 1) * s - 2 * p + d * (k - 1) + 1 + e >= 1 for n, k, s, p, e, d in each))
    channels, out = groups * shares[0], groups * shares[1]
    module = CONV_TRANSPOSE[axes - 1](channels, out, kernel, stride, padding, extra, groups, bias, dilation)
    text = f"conv_transpose({out}, {kernel}, {stride}, {padding}, {extra}, {groups}, {dilation}, {word(bias)})"
    agree(text, module, values((2, channels, *sizes), 5), tolerance=SUMS, symbols={0: "N"})


def test_conv_transpose_of_a_symbol():
    module = nn.ConvTranspose2d(4, 3, 4, 2, 1)
    symbols = {0: "N", 2: "H", 3: "W"}
    agree("conv_transpose(3, 4, 2, 1)", module, values((1, 4, 5, 3), 6), tolerance=SUMS, symbols=symbols)


@cases(before=st.integers(0, 3), after=st.integers(0, 3), stride=st.integers(1, 3))
def test_conv_transpose_with_asymmetric_padding(before, after, stride):
    inner = nn.ConvTranspose1d(2, 3, 4, stride)
    length = 4 * stride + 4
    module = Renamed(nn.Sequential(inner, Cut(before, length - after)), inner)
    text = f"conv_transpose(3, 4, {stride}, [[{before}, {after}]])"
    agree(text, module, values((2, 2, 5), 7), tolerance=SUMS)


class Cut(nn.Module):
    """Elements `start` to `stop` of the last dim."""

    def __init__(self, start: int, stop: int) -> None:
        super().__init__()
        self.start, self.stop = start, stop

    def forward(self, tensor: torch.Tensor) -> torch.Tensor:
        return tensor[..., self.start : self.stop]


def fits(size: int, kernel: int, padding: int, dilation: int, stride: int, ceil: bool) -> bool:
    """Whether the window fits, and always has an element that is not padding."""
    extent = dilation * (kernel - 1) + 1
    reached = [start % dilation < size for start in range(-padding, 0, stride)]
    return size + 2 * padding >= (1 if ceil else extent) and all(reached)


@cases(
    axes=st.integers(1, 3),
    sizes=ints(1, 9),
    kernel=ints(1, 4),
    stride=ints(1, 4),
    padding=ints(0, 2),
    dilation=ints(1, 3),
    ceil=st.booleans(),
)
def test_maxpool(axes, sizes, kernel, stride, padding, dilation, ceil):
    sizes, kernel, stride, dilation = (v[:axes] for v in (sizes, kernel, stride, dilation))
    padding = [min(p, k // 2) for p, k in zip(padding[:axes], kernel, strict=True)]
    each = zip(sizes, kernel, padding, dilation, stride, strict=True)
    assume(all(fits(n, k, p, d, s, ceil) for n, k, p, d, s in each))
    module = MAXPOOL[axes - 1](kernel, stride, padding, dilation, ceil_mode=ceil)
    array = values((2, 3, *sizes), 8)
    try:
        module(torch.from_numpy(array))
    except RuntimeError:
        assume(False)
    text = f"maxpool({kernel}, {stride}, {padding}, {dilation}, {word(ceil)})"
    agree(text, module, array, tolerance=0, symbols={0: "N"})


@cases(
    axes=st.integers(1, 3),
    sizes=ints(1, 9),
    kernel=ints(1, 4),
    stride=ints(1, 4),
    padding=ints(0, 2),
    ceil=st.booleans(),
    count=st.booleans(),
)
def test_avgpool(axes, sizes, kernel, stride, padding, ceil, count):
    sizes, kernel, stride = (v[:axes] for v in (sizes, kernel, stride))
    padding = [min(p, k // 2) for p, k in zip(padding[:axes], kernel, strict=True)]
    each = zip(sizes, kernel, padding, stride, strict=True)
    assume(all(fits(n, k, p, 1, s, ceil) for n, k, p, s in each))
    module = AVGPOOL[axes - 1](kernel, stride, padding, ceil, count)
    array = values((2, 3, *sizes), 9)
    try:
        module(torch.from_numpy(array))
    except RuntimeError:
        assume(False)
    text = f"avgpool({kernel}, {stride}, {padding}, {word(ceil)}, {word(count)})"
    agree(text, module, array, tolerance=MEANS, symbols={0: "N"})


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


@cases(axes=st.integers(1, 3), sizes=ints(1, 9), wanted=ints(1, 7))
def test_adaptive_pooling(axes, sizes, wanted):
    sizes, wanted = sizes[:axes], wanted[:axes]
    array = values((2, 3, *sizes), 10)
    agree(f"adaptive_avgpool({wanted})", ADAPTIVE_AVG[axes - 1](wanted), array, tolerance=MEANS, symbols={0: "N"})
    agree(f"adaptive_maxpool({wanted})", ADAPTIVE_MAX[axes - 1](wanted), array, tolerance=0, symbols={0: "N"})


@pytest.mark.parametrize("wanted", [(2, 3), (1, 3), (4, 1), (1, 1), (2, 5)])
def test_adaptive_pooling_of_a_symbol(wanted):
    rows, columns = 3 * wanted[0], 7 if wanted[1] == 5 else 2 * wanted[1]
    array = values((2, 3, rows, columns), 11)
    symbols = {0: "N", 2: "H"} | ({} if wanted[1] == 5 else {3: "W"})
    promises = tuple(
        f"{name} % {wanted[axis - 2]} == 0" for axis, name in symbols.items() if axis and wanted[axis - 2] > 1
    )
    text, average, largest = list(wanted), nn.AdaptiveAvgPool2d(wanted), nn.AdaptiveMaxPool2d(wanted)
    agree(f"adaptive_avgpool({text})", average, array, tolerance=MEANS, symbols=symbols, promises=promises)
    agree(f"adaptive_maxpool({text})", largest, array, tolerance=0, symbols=symbols, promises=promises)


@pytest.mark.parametrize("shape", [(2, 3, 5), (2, 3, 5, 4), (2, 3, 2, 3, 4)])
def test_global_pooling(shape):
    axes = tuple(range(2, len(shape)))
    array = values(shape, 12)
    symbols = {0: "N", 2: "S"}
    agree("global_avgpool", lambda x: x.mean(axes, keepdim=True), array, tolerance=MEANS, symbols=symbols)
    agree("global_maxpool", lambda x: x.amax(axes, keepdim=True), array, tolerance=0, symbols=symbols)


@cases(
    sizes=ints(1, 6),
    axes=st.integers(1, 3),
    scale=ints(1, 4),
    smooth=st.booleans(),
    corners=st.booleans(),
    symbolic=st.booleans(),
)
def test_upsample(sizes, axes, scale, smooth, corners, symbolic):
    sizes, scale = sizes[:axes], scale[:axes]
    mode = ("linear", "bilinear", "trilinear")[axes - 1] if smooth else "nearest"
    corners = corners and smooth
    module = nn.Upsample(scale_factor=tuple(map(float, scale)), mode=mode, align_corners=corners if smooth else None)
    symbols = {0: "N", 2: "S"} if symbolic else {}
    text = f"upsample({scale}, {mode}, {word(corners)})"
    agree(text, module, values((2, 3, *sizes), 13), tolerance=MEANS, symbols=symbols)


@cases(sizes=ints(1, 8), wanted=ints(1, 15), mode=st.sampled_from(("bilinear", "bicubic")), corners=st.booleans())
def test_resize(sizes, wanted, mode, corners):
    sizes, wanted = sizes[:2], wanted[:2]
    array = values((2, 3, *sizes), 14)
    agree(
        f"resize({wanted}, {mode}, {word(corners)})",
        lambda x: functional.interpolate(x, wanted, mode=mode, align_corners=corners),
        array,
        tolerance=5e-5,
    )


@cases(size=st.integers(1, 40), wanted=st.integers(1, 80))
def test_resize_to_the_nearest(size, wanted):
    """Against exact indices: torch rounds `i * size / wanted` in float32, and is one off at times."""
    array = np.arange(size, dtype=np.float32).reshape(1, 1, size)
    exact = torch.tensor([i * size // wanted for i in range(wanted)])
    agree(f"resize({wanted})", lambda x: x[:, :, exact], array, tolerance=0)
    agree(f"resize({wanted})", lambda x: x[:, :, exact], array, tolerance=0, symbols={2: "T"})


def test_resize_to_a_symbol():
    array = values((2, 3, 4, 5), 15)
    symbols = {0: "N", 2: "H", 3: "W"}
    for mode in ("nearest", "bilinear"):
        agree(
            f"resize([2 * H, W + 3], {mode})",
            lambda x, mode=mode: functional.interpolate(x, (8, 8), mode=mode),
            array,
            tolerance=MEANS,
            symbols=symbols,
        )


@cases(
    shape=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    amounts=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5),
    mode=st.sampled_from(("constant", "reflect", "edge")),
)
def test_pad(shape, amounts, mode):
    amounts = amounts[: len(shape)]
    sides = zip(shape[-len(amounts) :], amounts, strict=True)
    assume(mode != "reflect" or all(max(pair) < size for size, pair in sides))
    widths = [(0, 0)] * (len(shape) - len(amounts)) + amounts
    filling = {"constant_values": 1.5} if mode == "constant" else {}
    text = f"pad({[list(pair) for pair in amounts]}, {mode}, 1.5)"
    agree(
        text,
        lambda x: torch.from_numpy(np.pad(x.numpy(), widths, mode=mode, **filling)),
        values(tuple(shape), 16),
        tolerance=0,
    )


@pytest.mark.parametrize(("mode", "name"), [("reflect", "reflect"), ("edge", "replicate"), ("constant", "constant")])
def test_pad_of_a_symbol(mode, name):
    symbols = {0: "N", 2: "H", 3: "W"}
    agree(
        f"pad(2, {mode})",
        lambda x: functional.pad(x, (2, 2, 2, 2), mode=name),
        values((2, 3, 3, 4), 17),
        tolerance=0,
        symbols=symbols,
        promises=("H >= 3", "W >= 3"),
    )
