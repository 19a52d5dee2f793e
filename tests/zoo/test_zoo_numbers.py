"""Every model of the zoo against outside numbers: `models.json`, made by instantiating the published definitions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NotRequired, TypedDict

import pytest

import specc
from specc.api import Spec
from specc.zoo import zoo


class Row(TypedDict):
    zoo: str
    input: str
    params_trainable: int
    buffers_bn_stats: NotRequired[int | None]
    macs: int
    output_shapes: object


ROWS: dict[str, Row] = {row["zoo"]: row for row in json.loads(Path(__file__).with_name("models.json").read_text())}
MODELS = zoo()
SIZES: dict[str, dict[str, int]] = {}
"""Sizes of a row's input, where they are not those of the entry in the zoo."""


@pytest.mark.parametrize("name", [name for name in ROWS if name in MODELS])
def test_outside_numbers(name: str) -> None:
    row, spec = ROWS[name], specc.load(f"zoo:{name}")
    report = spec.report(**SIZES.get(name, MODELS[name].at))
    assert report.params.trainable == row["params_trainable"]
    assert report.macs == row["macs"]
    if (buffers := row.get("buffers_bn_stats")) is not None:
        assert statistics(spec) == buffers
    wanted = shapes(row["output_shapes"])
    assert [list(output.shape) for output in report.outputs][: len(wanted)] == wanted


@pytest.mark.parametrize("name", list(MODELS))
def test_numbers_of_the_index(name: str) -> None:
    model = MODELS[name]
    report = specc.load(f"zoo:{name}").report(**model.at)
    assert (report.params.trainable, report.macs) == (model.params, model.macs)
    assert model.paper and model.year and model.title


def test_published_accuracy_has_a_source() -> None:
    found = {name: model.top1 for name, model in MODELS.items() if model.top1}
    assert all(0 < one.percent < 100 and one.source for one in found.values())
    assert {MODELS[name].spec.split("/")[0] for name in found} == {"vision"}
    assert found["resnet50"].percent == 76.13


def test_specs_are_short() -> None:
    lines = sorted(len(path.read_text().splitlines()) for path in {model.path for model in MODELS.values()})
    assert lines[len(lines) // 2] < 60, lines


@pytest.mark.parametrize("path", sorted({model.path for model in MODELS.values()}), ids=lambda path: path.stem)
def test_specs_tell_what_is_expected(path: Path) -> None:
    text = path.read_text()
    assert "expect" in text and ("arXiv" in text or any(str(year) in text for year in years(path)))


def years(path: Path) -> set[int | None]:
    return {model.year for model in MODELS.values() if model.path == path}


def statistics(spec: Spec) -> int:
    """Elements of running means and variances."""
    graph = spec._resolved.graph
    kept = [weight for name, weight in graph.weights.items() if name.endswith(("running_mean", "running_var"))]
    return sum(weight.type.shape[0] for weight in kept if isinstance(weight.type.shape[0], int))


def shapes(value: object) -> list[list[int]]:
    """Shapes in a row: one, a list of them, or one for each name."""
    if isinstance(value, dict):
        return list(value.values())
    assert isinstance(value, list)
    return value if isinstance(value[0], list) else [value]
