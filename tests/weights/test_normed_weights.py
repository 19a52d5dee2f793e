"""Normed weights against torch 2.13, and the text of how they get their first values."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import specc
from specc.ir.relayout import Filled, Joined, Relayout, SpectrallyNormed, Stored, WeightNormed, stored_paths
from specc.ir.text_parse import parse_graph
from specc.ir.text_print import print_graph
from specc.layers.registry import layers_by_name
from specc.tensor.dtypes import DType
from specc.weights.norms import singular_vectors
from specc.weights.relayout import evaluate_relayout

CLOSE = 1e-6
"""Sums are made in float64, those of torch in float32."""


def evaluated(relayout: Relayout, **arrays: np.ndarray) -> np.ndarray:
    return evaluate_relayout(relayout, lambda path: arrays[path], DType.FLOAT32)


@pytest.mark.parametrize("axis", [0, 1, 2, None])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_weight_norm(axis: int | None, dtype: type) -> None:
    generator = np.random.default_rng(0)
    v = generator.standard_normal((4, 3, 2)).astype(dtype)
    shape = () if axis is None else tuple(size if i == axis else 1 for i, size in enumerate(v.shape))
    g = np.asarray(generator.standard_normal(shape)).astype(dtype)
    made = evaluated(WeightNormed(Stored("g"), Stored("v"), axis), g=g, v=v)
    norms = torch.norm_except_dim(torch.from_numpy(v).double(), 2, -1 if axis is None else axis).numpy()
    assert made.dtype == dtype
    np.testing.assert_allclose(made, v * (g / norms), rtol=1e-3 if dtype is np.float16 else CLOSE)


def test_a_direction_of_zeros_has_no_norm() -> None:
    made = evaluated(WeightNormed(Stored("g"), Stored("v"), 0), g=np.ones((1, 1), "f"), v=np.zeros((1, 2), "f"))
    assert np.isnan(made).all()


@pytest.mark.parametrize("axis", [0, 1])
def test_spectral_norm(axis: int) -> None:
    weight = np.random.default_rng(1).standard_normal((4, 3, 2)).astype(np.float32)
    left, right = singular_vectors(weight, axis, np.random.default_rng(2))
    made = evaluated(SpectrallyNormed(Stored("w"), Stored("u"), Stored("v"), axis), w=weight, u=left, v=right)
    matrix = np.moveaxis(weight, axis, 0).reshape(weight.shape[axis], -1)
    np.testing.assert_allclose(made, weight / (left @ matrix @ right), rtol=CLOSE)
    largest = np.linalg.svd(np.moveaxis(made, axis, 0).reshape(weight.shape[axis], -1))[1][0]
    assert largest == pytest.approx(1, rel=1e-2)


def test_paths_of_what_is_read() -> None:
    normed = WeightNormed(Stored("g"), Stored("v"), 0)
    spectral = SpectrallyNormed(Stored("w"), Stored("u"), Filled((2,), 1.0), 0)
    assert stored_paths(Joined((normed, spectral), 0)) == ("g", "v", "w", "u")


def test_first_values_have_a_text() -> None:
    text = "model m\ninput x: float32[N, 4]\ninput i: int64[N]\noutput y = x -> linear(3, weight_norm=true) as a\n"
    text += "output z = x -> linear(3, spectral_norm=true, init=kaiming) as b\n"
    text += "output w = i -> embedding(5, 2, padding_idx=1) as c\n"
    graph = specc.loads(text)._resolved.graph
    printed = print_graph(graph)
    again = parse_graph(printed, layers_by_name())
    assert print_graph(again) == printed
    assert {name: weight.initial for name, weight in again.weights.items()} == {
        name: weight.initial for name, weight in graph.weights.items()
    }
    assert again.weights["a.weight_g"].aliases == ["a.parametrizations.weight.original0"]
