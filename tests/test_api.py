"""The Python interface."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import specc

SPEC = """\
model net(width: int = 4)
input x as data.x: float32[N, 3]
input bias: float32[N, width] = 0
output y as out.y: float32[N, width] = (x -> linear(width) as fc) + bias
"""
YAML = """\
specc: 1
model: net
params: {width: 4}
inputs: {x: "float32[N, 3]"}
graph: {y: {from: x, layers: [fc: linear(width)]}}
outputs: {y: "float32[N, width]"}
"""


def test_the_documented_use(tmp_path: Path) -> None:
    path = tmp_path / "net.specc"
    path.write_text(SPEC, encoding="utf-8")
    spec = specc.load(str(path), width=5)
    spec.check()
    assert spec.name == "net"
    assert spec.report(N=1, target="cpu").params.trainable == 20
    model = spec.compile(target="cpu", dtype="float32")
    model.save(tmp_path / "net.onnx")
    assert (tmp_path / "net.onnx").is_file()
    array = np.ones((2, 3), np.float32)
    result = model.run({"data.x": array})["out.y"]
    weights = model.weights
    assert np.allclose(result, array @ weights["fc.weight"].T + weights["fc.bias"], atol=1e-6)
    assert model.proto.graph.name == "net"


def test_the_form_is_told_from_the_text() -> None:
    assert specc.loads(SPEC).report().params.trainable == 16
    assert specc.loads(YAML).report().params.trainable == 16
    assert specc.loads(YAML, syntax="yaml").report().params.trainable == 16
    assert specc.loads(SPEC, syntax="text").report().params.trainable == 16
    with pytest.raises(specc.SpecError):
        specc.loads(YAML, syntax="text").check()
    with pytest.raises(specc.SpecError, match="syntax `toml`"):
        specc.loads(YAML, syntax="toml")


def test_weights_by_path() -> None:
    weight = np.arange(12, dtype=np.float32).reshape(4, 3)
    model = specc.loads(SPEC).compile(weights={"fc.weight": weight, "fc.bias": np.zeros(4, np.float32)})
    assert np.array_equal(model.weights["fc.weight"], weight)
    result = model.run({"data.x": np.eye(3, dtype=np.float32)})["out.y"]
    assert np.array_equal(result, weight.T)
    with pytest.raises(specc.SpecError, match=r"fc\.wieght"):
        specc.loads(SPEC).compile(weights={"fc.wieght": weight})


def test_first_values_depend_on_the_seed_alone() -> None:
    one, same, other = (specc.loads(SPEC).compile(seed=seed).weights["fc.weight"] for seed in (1, 1, 2))
    assert np.array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_model_without_weights_takes_them_as_inputs() -> None:
    model = specc.loads(SPEC).compile(weights="none")
    assert {entry.name for entry in model.proto.graph.input} >= {"data.x", "fc.weight", "fc.bias"}


def test_all_mistakes_are_in_the_exception() -> None:
    with pytest.raises(specc.SpecError) as caught:  # the last, since nothing makes `q`
        specc.loads("model a\ninput x: float32[N, 4]\ny = x -> foo\nz = x -> bar\noutput q\n").check()
    assert [d.span.line for d in caught.value.diagnostics if d.span] == [3, 4, 5]


def test_warnings_are_kept() -> None:
    spec = specc.loads("model a\ninput x: float32[N, 4]\nunused = relu(x)\noutput y = tanh(x)\n")
    spec.check()
    assert [d.severity.value for d in spec.warnings] == ["warning"]


def test_parameters_of_other_types() -> None:
    assert specc.loads(SPEC, width=np.int64(7)).report().params.trainable == 28
    with pytest.raises(specc.SpecError, match="`width` has to be") as wrong:
        specc.loads(SPEC, width=object())
    assert wrong.value.diagnostics[0].code == "SP4901"
    with pytest.raises(specc.SpecError, match="`N` has to be an integer"):
        specc.loads(SPEC).report(N=1.5)
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(SPEC, widht=5).check()
    assert caught.value.diagnostics[0].help == "did you mean `width`?"


@pytest.mark.parametrize("choice", [{"target": "tpu"}, {"dtype": "float8"}, {"opset": 99}])
def test_what_is_not_offered(choice: dict[str, str]) -> None:
    with pytest.raises(specc.SpecError, match=r"is not supported|there is no target"):
        specc.loads(SPEC).compile(**choice)  # type: ignore[arg-type]


def test_importing_is_instant() -> None:
    code = "import sys, specc; print(sorted(name for name in sys.modules if name.startswith('specc')))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "['specc']"


def test_public_names() -> None:
    assert len(specc.__all__) < 10
    for name in specc.__all__:
        assert getattr(specc, name).__name__ == name
    with pytest.raises(AttributeError):
        specc.nothing  # noqa: B018
