"""Ranges of activations."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from kernels import normal

from specc.quantise.ranges import Observed, affine


def observed(*parts: np.ndarray) -> Observed:
    made = Observed()
    for part in parts:
        made.add(part)
    return made


@pytest.mark.parametrize("shift", [-3.0, 0.0, 0.7, 30.0])
def test_minmax_is_that_of_torch(shift: float) -> None:
    values = normal(1000) + np.float32(shift)
    observer = torch.ao.quantization.MinMaxObserver(torch.quint8)
    observer(torch.tensor(values))
    scale, zero = observer.calculate_qparams()
    found = affine(observed(values[:300], values[300:]), "minmax")
    assert found.scale == pytest.approx(float(scale), rel=1e-6)
    assert found.zero == int(zero)


def test_activations_after_relu_start_at_zero() -> None:
    for method in ("minmax", "percentile", "entropy"):
        assert affine(observed(np.maximum(normal(5000), 0)), method).zero == 0


def test_a_histogram_grows_with_what_it_sees() -> None:
    parts = [normal(4000, seed=seed) * np.float32(4**seed) for seed in range(5)]
    made = observed(*parts)
    assert made.below.sum() + made.above.sum() == 20_000
    assert made.low == min(part.min() for part in parts)
    values = np.concatenate(parts)
    wanted = np.quantile(values, 0.99995)
    found = affine(made, "percentile")
    assert found.scale * (255 - found.zero) == pytest.approx(wanted, rel=0.05)


def test_rare_outliers_are_cut_off() -> None:
    values = normal(200_000)
    values[7] = 500.0
    assert affine(observed(values), "minmax").scale > 1.9
    for method in ("percentile", "entropy"):
        assert affine(observed(values), method).scale < 0.1


@pytest.mark.parametrize("values", [np.zeros(4, np.float32), np.zeros(0, np.float32), np.full(3, np.nan, np.float32)])
def test_tensors_without_a_range(values: np.ndarray) -> None:
    for method in ("minmax", "percentile", "entropy"):
        assert affine(observed(values), method).scale == 1.0
