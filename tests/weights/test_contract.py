"""What has to fit, for files and for arrays alike; what is chosen, converted, or warned of."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch

import specc
from specc.cli.main import main

TEXT = "model m\ninput x: float32[N, 4]\noutput y = x -> linear(3) as fc -> batchnorm as bn\n"
SHAPES = {"fc.weight": (3, 4), "fc.bias": (3,)} | {
    f"bn.{name}": (3,) for name in ("weight", "bias", "running_mean", "running_var")
}


def arrays(seed: int = 0) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(seed)
    return {name: generator.random(shape).astype(np.float32) for name, shape in SHAPES.items()}


def spec(rules: str = "") -> specc.Spec:
    return specc.loads(TEXT + (f"weights:\n    {rules}\n" if rules else ""), syntax="text")


@pytest.fixture(params=["arrays", "safetensors", "npz", "pt"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def given(kind: str, folder: Path, tensors: dict[str, np.ndarray]) -> str | dict[str, np.ndarray]:
    """`tensors` as arrays, or in a file."""
    if kind == "arrays":
        return tensors
    path = folder / f"w.{kind}"
    if kind == "npz":
        np.savez(path, **tensors)
    elif kind == "safetensors":
        save_file(tensors, path)
    else:
        torch.save({name: torch.from_numpy(array) for name, array in tensors.items()}, path)
    return str(path)


def test_what_fits_is_taken_as_it_is(kind: str, tmp_path: Path) -> None:
    made = spec().compile(weights=given(kind, tmp_path, {**arrays(), "bn.num_batches_tracked": np.array(7)}))
    assert all(np.array_equal(made.weights[name], array) for name, array in arrays().items())
    assert made.warnings == ()


def test_everything_that_does_not_fit_is_listed_at_once(kind: str, tmp_path: Path) -> None:
    tensors = arrays()
    tensors["fc.wieght"] = tensors.pop("fc.weight")
    tensors["bn.bias"] = np.zeros(5, np.float32)
    tensors["fc.bias"] = np.zeros(3, np.int64)
    tensors["extra"] = np.zeros(1, np.float32)
    with pytest.raises(specc.SpecError) as caught:
        spec().compile(weights=given(kind, tmp_path, tensors))
    found = {diagnostic.code: diagnostic for diagnostic in caught.value.diagnostics}
    assert sorted(d.code for d in caught.value.diagnostics) == ["SP4202", "SP4203", "SP4203", "SP4204", "SP4234"]
    assert "did you mean `fc.wieght`?" in str(found["SP4202"].help)
    assert "`fc.bias` is float32[3] in the model and int64[3]" in found["SP4234"].message
    assert "the step `float`" in str(found["SP4234"].help)


def test_a_missing_statistic_is_missing(kind: str, tmp_path: Path) -> None:
    tensors = {name: array for name, array in arrays().items() if "running_mean" not in name}
    with pytest.raises(specc.SpecError, match=r"the weights have no `bn\.running_mean`"):
        spec().compile(weights=given(kind, tmp_path, tensors))


def test_partial_weights_are_a_choice(kind: str, tmp_path: Path) -> None:
    tensors = {"fc.bias": arrays()["fc.bias"]}
    made = spec().compile(weights=given(kind, tmp_path, tensors), partial=True, seed=5).weights
    first = spec().compile(seed=5).weights
    assert np.array_equal(made["fc.bias"], tensors["fc.bias"])
    assert all(np.array_equal(made[name], first[name]) for name in SHAPES if name != "fc.bias")
    with pytest.raises(specc.SpecError, match="SP4203"):
        spec().compile(weights=given(kind, tmp_path, {**tensors, "other": np.zeros(2, np.float32)}), partial=True)


def test_very_many_mistakes_are_counted() -> None:
    tensors = {f"block.{index}": np.zeros(1, np.float32) for index in range(400)}
    with pytest.raises(specc.SpecError) as caught:
        spec().compile(weights=tensors)
    assert [d.code for d in caught.value.diagnostics].count("SP4203") == 100
    assert "300 more tensors are not used" in str(caught.value)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64, torch.float8_e4m3fn])
def test_floats_become_floats(tmp_path: Path, dtype: torch.dtype) -> None:
    tensors = {name: torch.from_numpy(array).to(dtype) for name, array in arrays().items()}
    save_torch(tensors, tmp_path / "w.safetensors")
    made = spec().compile(weights=str(tmp_path / "w.safetensors"))
    made.save(tmp_path / "m.onnx")
    for name, tensor in tensors.items():
        assert made.weights[name].dtype == np.float32
        assert np.array_equal(made.weights[name], tensor.float().numpy())


@pytest.mark.parametrize("dtype", [np.int64, np.int8, np.uint8, np.bool_, np.complex64])
def test_other_types_do_not_become_floats(dtype: type) -> None:
    with pytest.raises(specc.SpecError, match="SP4234"):
        spec().compile(weights={**arrays(), "fc.bias": np.ones(3, dtype)})


def test_integers_become_floats_when_a_rule_says_so() -> None:
    tensors = {**arrays(), "fc.bias": np.array([1, -2, 3], np.int8)}
    made = spec('rename "fc.bias" -> float -> "fc.bias"').compile(weights=tensors).weights
    assert made["fc.bias"].tolist() == [1, -2, 3]


def test_integers_have_to_fit() -> None:
    text = "model m\ninput x: int8[N, 3]\nconst table as t: int8[3] = [1, 2, 3]\noutput y = x + table\n"
    table = specc.loads(text, syntax="text")
    assert table.compile(weights={"t": np.array([4, 5, 6])}).weights["t"].tolist() == [4, 5, 6]
    with pytest.raises(specc.SpecError, match="SP4101"):
        _ = table.compile(weights={"t": np.array([4, 5, 600])}).weights
    with pytest.raises(specc.SpecError, match="SP4234"):
        table.compile(weights={"t": np.array([4.0, 5.0, 6.0])})


@pytest.mark.parametrize(
    ("value", "word"), [(math.nan, "not-a-number"), (math.inf, "infinite"), (-math.inf, "infinite")]
)
def test_what_is_not_finite_is_a_warning(kind: str, tmp_path: Path, value: float, word: str) -> None:
    tensors = arrays()
    tensors["fc.weight"][1, 2] = value
    model = spec().compile(weights=given(kind, tmp_path, tensors))
    model.save(tmp_path / "m.onnx")
    (warning,) = model.warnings
    assert (warning.code, warning.message) == ("SP4235", f"`fc.weight` has elements that are {word}")
    assert warning.severity.value == "warning"


def test_a_number_that_does_not_fit_is_not_filled_in() -> None:
    text = "model m\ninput x: int64[N, 3]\nparam t: int64[3] = ones\noutput y = x + t\nweights:\n    fill 't' = {}\n"
    assert specc.loads(text.format(-2), syntax="text").compile(weights={}).weights["t"].tolist() == [-2] * 3
    with pytest.raises(specc.SpecError, match="SP4101"):
        _ = specc.loads(text.format(1.5), syntax="text").compile(weights={}).weights


def test_values_that_are_no_arrays() -> None:
    for value in ({}, "text", object(), [["a"], ["b"]]):
        with pytest.raises(specc.SpecError, match="SP4236"):
            spec().compile(weights={**arrays(), "fc.bias": value})  # type: ignore[dict-item]
    made = spec().compile(weights={**arrays(), "fc.bias": [1.0, 2.0, 3.0]})  # type: ignore[dict-item]
    assert made.weights["fc.bias"].tolist() == [1, 2, 3]


# --- dicts in a checkpoint -----------------------------------------------------------------------------------------


def torch_arrays(seed: int = 0) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(array) for name, array in arrays(seed).items()}


WRAPPED = {
    "state_dict": lambda own: {"epoch": 3, "state_dict": own},
    "model": lambda own: {"model": own, "optimizer": {"state": {0: {"exp_avg": own["fc.bias"]}}}},
    "run.net": lambda own: {"run": {"net": own, "args": {"lr": 0.1}}},
    "": lambda own: own,
}


@pytest.mark.parametrize("root", WRAPPED)
def test_the_one_dict_that_fits_is_found(tmp_path: Path, root: str) -> None:
    torch.save(WRAPPED[root](torch_arrays()), tmp_path / "w.pt")
    assert spec().match(str(tmp_path / "w.pt")).root == root
    made = spec().compile(weights=str(tmp_path / "w.pt")).weights
    assert all(np.array_equal(made[name], array) for name, array in arrays().items())


def test_two_dicts_that_fit_have_to_be_told_apart(tmp_path: Path) -> None:
    torch.save({"model": torch_arrays(0), "model_ema": torch_arrays(1)}, tmp_path / "w.pt")
    with pytest.raises(specc.SpecError) as caught:
        spec().compile(weights=str(tmp_path / "w.pt"))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == "SP4230"
    assert "`model`, `model_ema`" in diagnostic.message
    assert diagnostic.help == 'choose one in the rules: `under "model"`'
    made = spec('under "model_ema"').compile(weights=str(tmp_path / "w.pt")).weights
    assert all(np.array_equal(made[name], array) for name, array in arrays(1).items())
    with pytest.raises(specc.SpecError, match="did you mean `model`"):
        spec('under "modle"').compile(weights=str(tmp_path / "w.pt"))


def test_a_rule_that_names_the_dict_is_no_second_choice(tmp_path: Path) -> None:
    torch.save({"model": torch_arrays(), "optimizer": {"a": torch.zeros(2)}}, tmp_path / "w.pt")
    made = spec(r'rename r"model\.(.*)" -> r"\1"').compile(weights=str(tmp_path / "w.pt")).weights
    assert all(np.array_equal(made[name], array) for name, array in arrays().items())


def test_kept_weights_do_not_make_a_choice_by_accident(tmp_path: Path) -> None:
    small = {name: tensor for name, tensor in torch_arrays().items() if name.startswith("fc")}
    torch.save({"model": small, "model_ema": small}, tmp_path / "w.pt")
    for chosen in (spec('keep "bn.*"'), spec('fill "bn.*" = 1')):
        with pytest.raises(specc.SpecError, match="SP4230"):
            chosen.compile(weights=str(tmp_path / "w.pt"))
    with pytest.raises(specc.SpecError, match="SP4230"):
        spec().compile(weights=str(tmp_path / "w.pt"), partial=True)


def test_where_no_dict_fits_mistakes_speak_of_the_nearest(tmp_path: Path) -> None:
    own = torch_arrays()
    own["fc.wieght"] = own.pop("fc.weight")
    torch.save({"model": own, "optimizer": {"state": {"a": own["fc.bias"]}}}, tmp_path / "w.pt")
    with pytest.raises(specc.SpecError) as caught:
        spec().compile(weights=str(tmp_path / "w.pt"))
    assert {d.code for d in caught.value.diagnostics} == {"SP4202", "SP4203"}
    assert "`model.fc.wieght`" in str(caught.value)
    assert "optimizer" not in str(caught.value)


def test_rules_see_names_without_the_root(tmp_path: Path) -> None:
    own = {f"module.{name}": tensor for name, tensor in torch_arrays().items()}
    torch.save({"net": own, "step": 1}, tmp_path / "w.pt")
    made = spec(r'rename r"module\.(.*)" -> r"\1"').compile(weights=str(tmp_path / "w.pt")).weights
    assert all(np.array_equal(made[name], array) for name, array in arrays().items())


# --- the command line ----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.specc").write_text(TEXT)
    torch.save({"model": torch_arrays(), "optimizer": {"a": torch.zeros(2)}}, tmp_path / "w.pt")
    return tmp_path


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_what_a_file_holds(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = output(capsys, "weights", "w.pt")
    assert code == 0
    assert "model.fc.weight" in out and "[3, 4]" in out and "tensors   7" in out
    code, out, _ = output(capsys, "weights", "w.pt", "--format", "json")
    assert json.loads(out)[0] == {
        "tensor": "model.fc.weight",
        "dtype": "float32",
        "shape": [3, 4],
        "elements": 12,
        "place": "",
        "relaid": "",
    }
    assert output(capsys, "weights", "missing.pt")[0] == 1


def test_how_a_file_fits(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = output(capsys, "weights", "m.specc", "w.pt")
    assert (code, err) == (0, "")
    assert "read under  model" in out
    code, out, _ = output(capsys, "weights", "m.specc", "w.pt", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert rows[0] == {
        "weight": "fc.weight",
        "dtype": "float32",
        "shape": "[3, 4]",
        "tensors": "model.fc.weight",
        "stored_dtypes": "float32",
        "stored_shapes": "[[3, 4]]",
        "relaid": "",
        "status": "loaded",
    }
    assert rows[-1]["status"] == "left aside"
    assert "| fc.weight |" in output(capsys, "weights", "m.specc", "w.pt", "--format", "markdown")[1]
    assert [path.name for path in sorted(folder.iterdir())] == ["m.specc", "w.pt"]


def test_how_a_file_does_not_fit(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("w.npz", **{"fc.weight": np.zeros((4, 3)), "other": np.zeros(2)})
    code, out, err = output(capsys, "weights", "m.specc", "w.npz", "--format", "json")
    found = json.loads(out)
    assert code == 1
    assert found["fits"] is False
    assert [row["status"] for row in found["weights"]] == ["does not fit", *["missing"] * 5, "unexpected"]
    assert "SP4202" in err and "SP4203" in err and "SP4204" in err
    Path("rules.yaml").write_text("- rename: [fc.weight, transpose, fc.weight]\n- ignore: other\n")
    arguments = ("weights", "m.specc", "w.npz", "--weight-rules", "rules.yaml", "--partial", "--format", "json")
    code, out, _ = output(capsys, *arguments)
    assert code == 0
    assert json.loads(out)["weights"][0]["relaid"] == "transpose"
    assert json.loads(out)["weights"][1]["status"] == "first values"


def test_compile_with_rules_and_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("w.npz", **{"fc.weight": np.full((4, 3), np.nan)})
    Path("rules.yaml").write_text("- rename: [fc.weight, transpose, fc.weight]\n")
    arguments = ("compile", "m.specc", "--weights", "w.npz", "--weight-rules", "rules.yaml")
    assert output(capsys, *arguments)[0] == 1
    code, _, err = output(capsys, *arguments, "--partial")
    assert code == 0
    assert "warning[SP4235]: `fc.weight` has elements that are not-a-number" in err
