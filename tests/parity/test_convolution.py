"""Convolution and transposed convolution against torch 2.13."""

from __future__ import annotations

from collections.abc import Callable

import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import agree, values
from shapes import each, ints, spatial_symbols
from torch import nn
from torch.nn import functional

CONV = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
CONV_TRANSPOSE = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
MODES = ("zeros", "reflect", "replicate", "circular")
SUMS = 1e-5
"""For float32 sums of up to 10^3 products of standard normal numbers; the worst seen is 1e-6."""


def least(mode: str, before: int, after: int) -> int:
    """The smallest size of an axis that such a border is possible for."""
    amount = max(before, after)
    return {"zeros": 1, "reflect": amount + 1, "replicate": 1, "circular": max(amount, 1)}[mode]


class Around(nn.Module):
    """`inner` after `before` and before `after`, its weights under their own names."""

    def __init__(
        self,
        inner: nn.Module,
        before: Callable[[torch.Tensor], torch.Tensor] = lambda x: x,
        after: Callable[[torch.Tensor], torch.Tensor] = lambda x: x,
    ) -> None:
        super().__init__()
        object.__setattr__(self, "inner", inner)
        self.before, self.after = before, after
        for name, weight in inner.named_parameters():
            self.register_parameter(name, weight)

    def forward(self, tensor: torch.Tensor) -> torch.Tensor:
        return self.after(self.inner(self.before(tensor)))


@cases(
    axes=st.integers(1, 3),
    slack=ints(0, 4),
    kernel=ints(1, 4),
    stride=ints(1, 3),
    padding=ints(0, 3),
    dilation=ints(1, 3),
    groups=st.sampled_from((1, 2, 3)),
    shares=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    bias=st.booleans(),
    mode=st.sampled_from(MODES),
    same=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_conv(axes, slack, kernel, stride, padding, dilation, groups, shares, bias, mode, same, symbolic, seed):
    kernel, stride, padding, dilation = (v[:axes] for v in (kernel, stride, padding, dilation))
    extents = [d * (k - 1) + 1 for k, d in zip(kernel, dilation, strict=True)]
    if same:
        stride = [1] * axes
        pads = [((e - 1) // 2, e - 1 - (e - 1) // 2) for e in extents]
    else:
        pads = [(p, p) for p in padding]
    smallest = [max(least(mode, b, a), e - b - a) for e, (b, a) in zip(extents, pads, strict=True)]
    channels, out = groups * shares[0], groups * shares[1]
    given = "same" if same else padding
    module = CONV[axes - 1](channels, out, kernel, stride, given, dilation, groups, bias, mode)
    text = f"conv({out}, {each(kernel)}, {each(stride)}, {given}, {each(dilation)}, {groups}, {word(bias)}"
    symbols, promises = spatial_symbols(axes, smallest, symbolic)
    array = values((2, channels, *(n + s for n, s in zip(smallest, slack, strict=False))), seed)
    text += f", padding_mode={mode})"
    agree(text, module, array, tolerance=SUMS, symbols=symbols, promises=promises, seed=seed)


@cases(
    axes=st.integers(1, 2),
    pads=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=2),
    causal=st.booleans(),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 2),
    slack=ints(0, 4),
    mode=st.sampled_from(MODES),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_conv_with_asymmetric_padding(axes, pads, causal, stride, dilation, slack, mode, symbolic, seed):
    extent = 2 * dilation + 1
    pads = [(extent - 1, 0)] * axes if causal else pads[:axes]
    smallest = [max(least(mode, b, a), extent - b - a) for b, a in pads]
    inner = CONV[axes - 1](2, 3, 3, stride, dilation=dilation)
    flat = [amount for pair in reversed(pads) for amount in pair]
    name = "constant" if mode == "zeros" else mode
    module = Around(inner, lambda x: functional.pad(x, flat, mode=name))
    padding = "causal" if causal else [list(pair) for pair in pads]
    text = f"conv(3, 3, {stride}, {padding}, {dilation}, padding_mode={mode})"
    symbols, promises = spatial_symbols(axes, smallest, symbolic)
    array = values((1, 2, *(n + s for n, s in zip(smallest, slack, strict=False))), seed)
    agree(text, module, array, tolerance=SUMS, symbols=symbols, promises=promises, seed=seed)


@cases(
    axes=st.integers(1, 3),
    slack=ints(0, 4),
    kernel=ints(1, 4),
    stride=ints(1, 3),
    padding=ints(0, 2),
    extra=ints(0, 2),
    dilation=ints(1, 3),
    groups=st.sampled_from((1, 2)),
    shares=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    bias=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_conv_transpose(axes, slack, kernel, stride, padding, extra, dilation, groups, shares, bias, symbolic, seed):
    kernel, stride, padding, dilation = (v[:axes] for v in (kernel, stride, padding, dilation))
    extra = [min(e, max(s, d) - 1) for e, s, d in zip(extra, stride, dilation, strict=False)]
    smallest = [1] * axes
    for axis, (k, s, p, d, e) in enumerate(zip(kernel, stride, padding, dilation, extra, strict=True)):
        while (smallest[axis] - 1) * s - 2 * p + d * (k - 1) + 1 + e < 1:
            smallest[axis] += 1
    channels, out = groups * shares[0], groups * shares[1]
    module = CONV_TRANSPOSE[axes - 1](channels, out, kernel, stride, padding, extra, groups, bias, dilation)
    text = f"conv_transpose({out}, {each(kernel)}, {each(stride)}, {padding}, {extra}, {groups}, {each(dilation)}, "
    symbols, promises = spatial_symbols(axes, smallest, symbolic)
    array = values((2, channels, *(n + s for n, s in zip(smallest, slack, strict=False))), seed)
    text += f"{word(bias)})"
    agree(text, module, array, tolerance=SUMS, symbols=symbols, promises=promises, seed=seed)


@cases(
    pads=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    stride=st.integers(1, 3),
    size=st.integers(4, 7),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_conv_transpose_with_asymmetric_padding(pads, stride, size, symbolic, seed):
    before, after = pads
    length = (size - 1) * stride + 4
    module = Around(nn.ConvTranspose1d(2, 3, 4, stride), after=lambda y: y[..., before : length - after])
    text = f"conv_transpose(3, 4, {stride}, [[{before}, {after}]])"
    symbols, promises = spatial_symbols(1, [4], symbolic)
    agree(text, module, values((2, 2, size), seed), tolerance=SUMS, symbols=symbols, promises=promises, seed=seed)
