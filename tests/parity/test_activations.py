"""Activations against torch 2.13."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from cases import cases
from hypothesis import strategies as st
from one_layer import agree, values
from torch import nn

TOLERANCE = 1e-5
"""For float32 exponentials and what is made of them, on inputs of up to 40."""

ACTIVATIONS = {
    "relu": nn.ReLU(),
    "relu6": nn.ReLU6(),
    "leaky_relu": nn.LeakyReLU(),
    "leaky_relu(0.2)": nn.LeakyReLU(0.2),
    "elu": nn.ELU(),
    "elu(0.7)": nn.ELU(0.7),
    "celu": nn.CELU(),
    "celu(1.7)": nn.CELU(1.7),
    "selu": nn.SELU(),
    "gelu": nn.GELU(),
    'gelu(approximate="tanh")': nn.GELU("tanh"),
    "gelu(tanh)": nn.GELU("tanh"),
    "silu": nn.SiLU(),
    "mish": nn.Mish(),
    "sigmoid": nn.Sigmoid(),
    "log_sigmoid": nn.LogSigmoid(),
    "tanh": nn.Tanh(),
    "tanhshrink": nn.Tanhshrink(),
    "hard_sigmoid": nn.Hardsigmoid(),
    "hard_swish": nn.Hardswish(),
    "hardtanh": nn.Hardtanh(),
    "hardtanh(-2, 3)": nn.Hardtanh(-2, 3),
    "softplus": nn.Softplus(),
    "softplus(2)": nn.Softplus(2),
    "softsign": nn.Softsign(),
    "softshrink(0.7)": nn.Softshrink(0.7),
    "hardshrink(0.7)": nn.Hardshrink(0.7),
    "threshold(0.1, -3)": nn.Threshold(0.1, -3),
    "quick_gelu": lambda x: x * torch.sigmoid(1.702 * x),
}
EDGES = [0.0, -0.0, 1e-30, -1e-30, 0.1, 0.7, -0.7, 3.0, -3.0, 6.0, -6.0, 20.5, -20.5, 40.0, -40.0]


@pytest.mark.parametrize("layer", ACTIVATIONS)
def test_activation(layer):
    array = np.concatenate([np.array(EDGES, dtype=np.float32), values((200,), 1, scale=8.0)]).reshape(5, -1)
    agree(layer, ACTIVATIONS[layer], array, tolerance=TOLERANCE, symbols={0: "N"})


@pytest.mark.parametrize("layer", ["relu", "gelu", "silu", "hard_swish", "celu(2)"])
def test_activation_of_a_scalar(layer):
    agree(layer, ACTIVATIONS.get(layer, nn.CELU(2)), np.array(-0.5, dtype=np.float32), tolerance=TOLERANCE)


@cases(sizes=st.lists(st.integers(1, 4), max_size=3), channels=st.integers(1, 5), shared=st.booleans())
def test_prelu(sizes, channels, shared):
    count = 1 if shared else channels
    symbols = {0: "N"} | {axis: f"S{axis}" for axis in range(2, 2 + len(sizes))}
    agree(f"prelu({count})", nn.PReLU(count), values((2, channels, *sizes), 2), tolerance=0, symbols=symbols)
