"""Normalisations against torch 2.13."""

from __future__ import annotations

import numpy as np
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import agree, values
from torch import nn

NORM = 1e-5
"""For float32 values of unit size after a division by their deviation; the worst seen is 8e-7."""
GROUP = 2e-5
"""The same over groups of as few as two elements, which may be nearly the same; the worst seen is 1e-5."""
BATCHNORM = (nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
INSTANCENORM = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)


def named(axes: list[int], symbolic: bool) -> dict[int, str]:
    """Names for the batch and for `axes`, where `symbolic` says so."""
    return {0: "N", **{axis: f"S{axis}" for axis in axes}} if symbolic else {}


@cases(
    channels=st.integers(1, 6),
    sizes=st.lists(st.integers(1, 4), max_size=3),
    eps=st.sampled_from((1e-5, 1e-3, 0.1)),
    affine=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_batchnorm(channels, sizes, eps, affine, symbolic, seed):
    module = BATCHNORM[len(sizes)](channels, eps, affine=affine)
    symbols = named(list(range(2, 2 + len(sizes))), symbolic)
    text = f"batchnorm({eps}, affine={word(affine)})"
    agree(text, module, values((2, channels, *sizes), seed), tolerance=NORM, symbols=symbols, seed=seed)


@cases(
    shape=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    dims=st.integers(1, 5),
    eps=st.sampled_from((1e-5, 1e-12, 0.1)),
    form=st.sampled_from(((True, True), (True, False), (False, False))),
    listed=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_layernorm(shape, dims, eps, form, listed, symbolic, seed):
    dims = min(dims, len(shape))
    module = nn.LayerNorm(shape[-dims:], eps, form[0], form[1])
    which = shape[-dims:] if listed else dims
    text = f"layernorm({which}, {eps}, {word(form[0])}, {word(form[1])})"
    symbols = {axis: f"S{axis}" for axis in range(len(shape) - dims)} if symbolic else {}
    array = values(tuple(shape), seed) * np.arange(1, shape[-1] + 1, dtype=np.float32)
    agree(text, module, array, tolerance=NORM, symbols=symbols, seed=seed)


def test_layernorm_over_symbols():
    module = nn.LayerNorm((4, 6), elementwise_affine=False)
    agree("layernorm(2, affine=false)", module, values((3, 4, 6), 5), tolerance=NORM, symbols={0: "N", 1: "T"})


@cases(
    groups=st.integers(1, 4),
    share=st.integers(1, 3),
    sizes=st.lists(st.integers(2, 5), max_size=3),
    eps=st.sampled_from((1e-3, 1e-5, 0.1)),
    affine=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_groupnorm(groups, share, sizes, eps, affine, symbolic, seed):
    channels = groups * share
    module = nn.GroupNorm(groups, channels, eps, affine)
    symbols = named(list(range(2, 2 + len(sizes))), symbolic)
    text, array = f"groupnorm({groups}, {eps}, {word(affine)})", values((2, channels, *sizes), seed)
    agree(text, module, array, tolerance=GROUP, symbols=symbols, seed=seed)


@cases(
    channels=st.integers(1, 5),
    sizes=st.lists(st.integers(2, 5), min_size=1, max_size=3),
    eps=st.sampled_from((1e-3, 1e-5, 0.1)),
    affine=st.booleans(),
    tracked=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_instancenorm(channels, sizes, eps, affine, tracked, symbolic, seed):
    module = INSTANCENORM[len(sizes) - 1](channels, eps, affine=affine, track_running_stats=tracked)
    symbols = named([2] if affine or tracked else [1, 2], symbolic)
    text, array = f"instancenorm({eps}, {word(affine)}, {word(tracked)})", values((2, channels, *sizes), seed)
    agree(text, module, array, tolerance=NORM, symbols=symbols, seed=seed)


@cases(
    shape=st.lists(st.integers(1, 6), min_size=1, max_size=5),
    dims=st.integers(1, 3),
    eps=st.sampled_from((1e-6, 1e-5, 0.1)),
    listed=st.booleans(),
    affine=st.booleans(),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_rmsnorm(shape, dims, eps, listed, affine, symbolic, seed):
    dims = min(dims, len(shape))
    module = nn.RMSNorm(shape[-dims:], eps, affine)
    symbols = {axis: f"S{axis}" for axis in range(len(shape) - dims)} if symbolic else {}
    text = f"rmsnorm({eps}, {shape[-dims:] if listed else dims}, {word(affine)})"
    agree(text, module, values(tuple(shape), seed), tolerance=NORM, symbols=symbols, seed=seed)


@cases(
    size=st.integers(1, 7),
    channels=st.integers(1, 9),
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    numbers=st.tuples(
        st.sampled_from((1e-4, 0.5, 2.0)), st.sampled_from((0.75, 0.5, 1.0)), st.sampled_from((1.0, 2.0))
    ),
    symbolic=st.booleans(),
    seed=SEEDS,
)
def test_local_response_norm(size, channels, sizes, numbers, symbolic, seed):
    array = values((2, channels, *sizes), seed, scale=3.0)
    symbols = named(list(range(1, 2 + len(sizes))), symbolic)
    text = f"local_response_norm({size}, {', '.join(map(str, numbers))})"
    agree(text, nn.LocalResponseNorm(size, *numbers), array, tolerance=NORM, symbols=symbols)
