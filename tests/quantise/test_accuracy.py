"""The table of accuracy, and layers that hurt."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from kernels import normal

import specc
from specc.calibrate import quantising
from specc.quantise.accuracy import Comparison
from specc.quantise.culprits import Search

CHAIN = "model net\ninput x: float32[N, 64]\nx = x -> linear(64) as l0 -> relu\n" + "".join(
    f"x = x + (x -> linear(64) as l{index} -> relu)\n" for index in range(1, 8)
)


def with_outlier(layer: str) -> dict[str, np.ndarray]:
    """First values, but for one weight in each row of a layer that is so large that the others round to nothing."""
    spec = specc.loads(f"{CHAIN}output y = x")
    weights = spec.compile("cpu").weights
    weights[f"{layer}.weight"] = weights[f"{layer}.weight"].copy()
    weights[f"{layer}.weight"][:, 5] = 40.0
    weights["l0.weight"] = weights["l0.weight"].copy()
    weights["l0.weight"][5] = 0.0
    weights["l0.bias"][5] = 0.0
    for index in range(1, 8):
        weights[f"l{index}.weight"][5] = 0.0
        weights[f"l{index}.bias"][5] = 0.0
    return weights


def test_the_layer_that_hurts_stays_in_floating_point() -> None:
    spec, weights = specc.loads(f"{CHAIN}output y = x"), with_outlier("l4")
    data = {"x": normal(16, 64)}
    plain = spec.compile("cpu", "int8", weights, quantise="dynamic", calibrate=data)
    wanted = 0.9995
    assert plain.quantisation is not None and plain.quantisation.cosine < wanted
    model = spec.compile("cpu", "int8", weights, quantise="dynamic", calibrate=data, accuracy=wanted)
    record = model.quantisation
    assert record is not None and record.cosine >= wanted
    assert [culprit.layer for culprit in record.culprits] == ["l4"]
    assert record.culprits[0].gain is not None and record.culprits[0].gain > 0
    assert set(record.layers) == {f"l{index}" for index in range(8)} - {"l4"}
    assert record.runs <= 10


def test_figures_are_those_of_numpy() -> None:
    comparison = Comparison("y")
    pairs = [(normal(4, 10, seed=seed), normal(4, 10, seed=seed + 9)) for seed in range(3)]
    for wanted, given in pairs:
        comparison.add(wanted, given)
    first, second = (np.concatenate([pair[side] for pair in pairs]).astype(np.float64) for side in (0, 1))
    found = comparison.result()
    assert found.max == pytest.approx(np.abs(first - second).max())
    assert found.mean == pytest.approx(np.abs(first - second).mean())
    assert found.cosine == pytest.approx((first * second).sum() / np.linalg.norm(first) / np.linalg.norm(second))
    assert found.top1 == pytest.approx((first.argmax(1) == second.argmax(1)).mean())


def test_elements_that_are_not_finite() -> None:
    comparison = Comparison("y")
    comparison.add(np.array([1.0, np.nan, -np.inf, 2.0]), np.array([1.0, np.nan, -np.inf, 2.0]))
    assert (comparison.result().max, comparison.result().cosine) == (0.0, 1.0)
    comparison.add(np.array([1.0]), np.array([np.nan]))
    assert comparison.result().max == np.inf
    assert comparison.result().cosine < 1


def test_outputs_of_integers_are_counted() -> None:
    comparison = Comparison("y")
    comparison.add(np.array([1, 2, 3, 4]), np.array([1, 2, 3, 5]))
    assert comparison.result().top1 == 0.75
    assert not comparison.result().floating


def test_several_layers_that_hurt_are_found_one_after_another() -> None:
    harm = {"c": 0.02, "m": 0.03}
    search = Search(lambda kept: 1 - sum(loss for layer, loss in harm.items() if layer not in kept))
    found = search.run(tuple("abcdefghijklmnopqrstuvwxyz"), 0.999)
    assert found is not None
    assert {culprit.layer: round(culprit.gain or 0, 3) for culprit in found} == {"m": 0.03, "c": 0.02}


def test_loss_that_is_everywhere_leaves_the_fewest_that_were_tried() -> None:
    layers = tuple(f"l{index}" for index in range(64))
    search = Search(lambda kept: 1 - 0.001 * (64 - len(kept)), most=20)
    found = search.run(layers, 0.96)
    assert found is not None
    assert 24 <= len(found) <= 40
    assert len(search.tried) <= 22


def test_accuracy_that_is_not_reached_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """SP6239, where one model may be tried."""
    monkeypatch.setattr(quantising, "Search", partial(Search, most=1))
    spec = specc.loads(f"{CHAIN}output y = x")
    with pytest.raises(specc.SpecError) as caught:
        spec.compile("cpu", "int8", quantise="dynamic", accuracy=0.9999999)
    (found,) = caught.value.diagnostics
    assert found.code == "SP6239"
    assert "below 1, over 1 models" in found.message
