"""Inputs that models are calibrated and compared on, and what `specc compile` prints of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from kernels import normal

import specc
from specc.calibrate import quantising
from specc.calibrate.samples import RANDOM, given_samples, random_samples
from specc.cli.main import main

TEXT = """
model net
input image: float32[N, 3, 8, 8]
output y: float32[N, 10] = image -> conv(8, 3) as stem -> relu -> flatten -> linear(10) as fc
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "net.specc"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_file_a_folder_and_arrays_are_one(tmp_path: Path) -> None:
    images = normal(6, 3, 8, 8)
    np.savez(tmp_path / "all.npz", image=images)
    for folder in ("one", "many"):
        (tmp_path / folder).mkdir()
    np.save(tmp_path / "one" / "image.npy", images.astype(np.float64))
    for index in range(3):
        np.savez(tmp_path / "many" / f"{index}.npz", image=images[2 * index : 2 * index + 2])
    data = ({"image": images}, tmp_path / "all.npz", str(tmp_path / "one"), tmp_path / "many")
    models = [specc.loads(TEXT).compile("cpu", "int8", calibrate=one) for one in data]
    assert len({model.to_bytes() for model in models}) == 1
    assert {model.quantisation.samples for model in models if model.quantisation} == {6}


def test_samples_are_run_one_by_one() -> None:
    session = specc.loads(TEXT).compile().session()
    parts = list(given_samples(session, {"image": normal(5, 3, 8, 8)}))
    assert [part["image"].shape for part in parts] == [(1, 3, 8, 8)] * 5
    bound = specc.loads(TEXT).compile(bindings={"N": 2}).session()
    assert [part["image"].shape for part in given_samples(bound, {"image": normal(4, 3, 8, 8)})] == [(2, 3, 8, 8)] * 2
    steps = specc.loads("model m\ninput x: float32[T, 8]\noutput y = x -> linear(4)").compile().session()
    assert [part["x"].shape for part in given_samples(steps, {"x": normal(5, 8)})] == [(5, 8)]


def test_random_tokens_are_rows_of_the_table() -> None:
    text = "model m\nrequire T <= 20\ninput ids: int64[N, T]\noutput y = ids -> embedding(500, 64) -> linear(32) as fc"
    model = specc.loads(text).compile()
    samples = [sample["ids"] for sample in random_samples(model.session(), model.operators, {}, 0)]
    assert len(samples) == RANDOM
    assert {sample.shape for sample in samples} == {(1, 20)}
    assert 100 < np.concatenate(samples).max() < 500
    again = [sample["ids"] for sample in random_samples(model.session(), model.operators, {}, 0)]
    np.testing.assert_array_equal(samples, again)


def test_a_dynamic_model_without_inputs_to_try_is_made_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quantising, "short_sums", lambda: False)
    text = "model m\nrequire T + S <= 40\ninput x: float32[N, T, 64]\ninput y: float32[N, S, 64]\n"
    spec = specc.loads(f"{text}output z = concat(x, y, axis=1) -> linear(32) as fc")
    model = spec.compile("cpu", "int8")
    assert [(warning.code, warning.severity.value) for warning in model.warnings] == [("SP6240", "warning")]
    assert model.quantisation is not None and model.quantisation.accuracy == ()
    assert spec.compile("cpu", "int8", bindings={"T": 4, "S": 5}).quantisation.accuracy  # type: ignore[union-attr]


def test_a_large_model_is_compared_only_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """SP6241, with a bound of 1,000 bytes."""
    monkeypatch.setattr(quantising, "COMPARED", 1000)
    spec = specc.loads("model m\ninput x: float32[N, 64]\noutput y = x -> linear(32) as fc")
    model = spec.compile("cpu", "int8")
    assert "SP6241" in [warning.code for warning in model.warnings]
    assert model.quantisation is not None and model.quantisation.accuracy == ()
    assert model.run(x=normal(2, 64))["y"].shape == (2, 32)
    asked = spec.compile("cpu", "int8", calibrate={"x": normal(4, 64)})
    assert asked.quantisation is not None and asked.quantisation.cosine > 0.999


def test_compile_prints_the_table(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compile", str(spec), "--dtype", "int8", "--keep", "stem", "-o", str(spec.with_suffix(".onnx"))]) == 0
    shown = capsys.readouterr().out
    assert "int8, static, minmax: 1 layers" in shown
    assert "output  max |error|  mean |error|    cosine   top-1" in shown
    assert "kept in float32: stem" in shown


def test_compile_prints_json(spec: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["compile", str(spec), "--dtype", "int8", "--format", "json", "-o", str(spec.with_suffix(".onnx"))]
    assert main(command) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["quantisation"]["form"] == "static"
    assert shown["quantisation"]["layers"] == ["stem", "fc"]
    (output,) = shown["quantisation"]["accuracy"]
    assert output["output"] == "y" and output["cosine"] > 0.999 and output["max"] > 0


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"dtype": "int2"}, "element type"),
        ({"dtype": "int4", "quantise": "static"}, "form of int4"),
        ({"dtype": "int8", "method": "mean"}, "method"),
        ({"dtype": "int8", "block": 33}, "size of a block"),
        ({"dtype": "int8", "accuracy": 1.5}, "accuracy"),
    ],
)
def test_choices_that_are_not_offered(options: dict[str, object], kind: str) -> None:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(TEXT).compile("cpu", **options)  # type: ignore[arg-type]
    assert caught.value.diagnostics[0].code == "SP6201"
    assert caught.value.diagnostics[0].message.startswith(f"{kind} ")


@pytest.mark.parametrize("target", ["portable", "cpu"])
def test_a_state_that_samples_leave_out_has_its_default(target: str) -> None:
    inputs = "model m\ninput x: float32[N, 64]\nstate k: float32[N, 64] = 0.4\n"
    text = f"{inputs}output y = (k -> linear(64)) + (x -> linear(64))\nnext k = k\n"
    x = np.random.default_rng(0).standard_normal((8, 64), np.float32)
    spec = specc.loads(text)
    model = spec.compile(target, "int8", calibrate={"x": x}, quantise="static")
    wanted, made = spec.compile(target).run(x=x[:1])["y"], model.run(x=x[:1])["y"]
    assert np.abs(wanted - made).max() < 0.05
