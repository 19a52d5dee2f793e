"""Linear layers, embeddings and normalisations against torch 2.13."""

from __future__ import annotations

import numpy as np
import pytest
from cases import cases, word
from hypothesis import strategies as st
from one_layer import agree, values
from torch import nn

NORM = 3e-5
"""For float32 values of unit size after a division by their deviation."""
SUMS = 1e-4
BATCHNORM = (nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)
INSTANCENORM = (nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d)


@cases(lead=st.lists(st.integers(1, 4), max_size=3), size=st.integers(1, 20), out=st.integers(1, 9), bias=st.booleans())
def test_linear(lead, size, out, bias):
    symbols = dict(enumerate(("N", "T", "S")[: len(lead)]))
    array = values((*lead, size), 1)
    agree(f"linear({out}, {word(bias)})", nn.Linear(size, out, bias), array, tolerance=SUMS, symbols=symbols)


@pytest.mark.parametrize("dtype", ["int64", "int32"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 5), (2, 3, 4)])
def test_embedding(dtype, shape):
    indices = np.random.default_rng(2).integers(0, 11, shape).astype(dtype)
    symbols = dict(enumerate(("N", "T", "S")[: len(shape)]))
    agree("embedding(11, 4)", nn.Embedding(11, 4), np.asarray(indices), tolerance=0, symbols=symbols)


@cases(
    channels=st.integers(1, 6),
    sizes=st.lists(st.integers(1, 4), max_size=3),
    eps=st.sampled_from((1e-5, 1e-3, 0.1)),
    affine=st.booleans(),
)
def test_batchnorm(channels, sizes, eps, affine):
    module = BATCHNORM[len(sizes)](channels, eps, affine=affine)
    symbols = {0: "N"} | {axis: f"S{axis}" for axis in range(2, 2 + len(sizes))}
    text = f"batchnorm({eps}, affine={word(affine)})"
    agree(text, module, values((2, channels, *sizes), 3), tolerance=NORM, symbols=symbols)


@cases(
    shape=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    dims=st.integers(1, 4),
    eps=st.sampled_from((1e-5, 1e-12, 0.1)),
    form=st.sampled_from(((True, True), (True, False), (False, False))),
    listed=st.booleans(),
)
def test_layernorm(shape, dims, eps, form, listed):
    dims = min(dims, len(shape))
    module = nn.LayerNorm(shape[-dims:], eps, form[0], form[1])
    which = shape[-dims:] if listed else dims
    text = f"layernorm({which}, {eps}, {word(form[0])}, {word(form[1])})"
    symbols = {axis: f"S{axis}" for axis in range(len(shape) - dims)}
    array = values(tuple(shape), 4) * np.arange(1, shape[-1] + 1, dtype=np.float32)
    # Elements that are all alike have no deviation: what is left is rounding, divided by sqrt(eps).
    tolerance = NORM if eps == 0.1 or np.prod(shape[-dims:]) > 3 else 1e-2
    agree(text, module, array, tolerance=tolerance, symbols=symbols)


def test_layernorm_over_symbols():
    module = nn.LayerNorm((4, 6), elementwise_affine=False)
    agree("layernorm(2, affine=false)", module, values((3, 4, 6), 5), tolerance=NORM, symbols={0: "N", 1: "T"})


@cases(
    groups=st.integers(1, 4),
    share=st.integers(1, 3),
    sizes=st.lists(st.integers(2, 5), max_size=3),
    affine=st.booleans(),
    symbolic=st.booleans(),
)
def test_groupnorm(groups, share, sizes, affine, symbolic):
    channels = groups * share
    module = nn.GroupNorm(groups, channels, 1e-3, affine)
    symbols = {0: "N"} | ({axis: f"S{axis}" for axis in range(2, 2 + len(sizes))} if symbolic else {})
    text = f"groupnorm({groups}, 1e-3, {word(affine)})"
    agree(text, module, values((2, channels, *sizes), 6), tolerance=NORM, symbols=symbols)


@cases(
    channels=st.integers(1, 5),
    sizes=st.lists(st.integers(2, 5), min_size=1, max_size=3),
    affine=st.booleans(),
    symbolic=st.booleans(),
)
def test_instancenorm(channels, sizes, affine, symbolic):
    module = INSTANCENORM[len(sizes) - 1](channels, 1e-3, affine=affine)
    symbols = {0: "N", 2: "S"} | ({1: "C"} if symbolic and not affine else {})
    text = f"instancenorm(1e-3, {word(affine)})"
    agree(text, module, values((2, channels, *sizes), 7), tolerance=NORM, symbols=symbols)


@cases(
    shape=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    dims=st.integers(1, 2),
    eps=st.sampled_from((1e-6, 1e-5, 0.1)),
    affine=st.booleans(),
)
def test_rmsnorm(shape, dims, eps, affine):
    dims = min(dims, len(shape))
    module = nn.RMSNorm(shape[-dims:], eps, affine)
    symbols = {axis: f"S{axis}" for axis in range(len(shape) - dims)}
    text = f"rmsnorm({eps}, {dims}, {word(affine)})"
    agree(text, module, values(tuple(shape), 8), tolerance=NORM, symbols=symbols)
