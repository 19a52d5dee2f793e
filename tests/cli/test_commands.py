"""The other commands, from start to end."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from command_line import LENET, specc

Capture = pytest.CaptureFixture[str]
FIELDS = {"path", "layer", "source", "output_shape", "params", "macs", "flops", "bytes"}
ROOFLINE = {"intensity", "bound", "seconds", "share"}


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lenet.specc").write_text(LENET, encoding="utf-8")


def test_compile_writes_a_model(capsys: Capture) -> None:
    result = specc(capsys, "compile", "lenet.specc", "-o", "out.onnx")
    assert result.code == 0
    assert result.out.splitlines()[:3] == ["lenet5", "  parameters  61,706", "  MACs        416,520*N"]
    assert "out.onnx" in result.out
    model = onnx.load("out.onnx")
    onnx.checker.check_model(model, full_check=True)
    assert model.opset_import[0].version == 21
    assert model.ir_version == 10


def test_compile_names_its_output_after_the_spec(capsys: Capture) -> None:
    assert specc(capsys, "compile", "lenet.specc", "-q").out == ""
    assert Path("lenet.onnx").is_file()
    assert specc(capsys, "compile", "zoo:lenet5").code == 0
    assert Path("lenet5.onnx").is_file()


def test_bound_sizes_are_fixed(capsys: Capture) -> None:
    assert specc(capsys, "compile", "lenet.specc", "-b", "N=4").code == 0
    dims = onnx.load("lenet.onnx").graph.input[0].type.tensor_type.shape.dim
    assert [dim.dim_value for dim in dims] == [4, 1, 32, 32]
    assert specc(capsys, "compile", "lenet.specc", "-b", "M=4").code == 1


@pytest.mark.parametrize("opset", [21, 22, 23, 24])
def test_opsets(capsys: Capture, opset: int) -> None:
    assert specc(capsys, "compile", "lenet.specc", "--opset", str(opset)).code == 0
    onnx.checker.check_model("lenet.onnx", full_check=True)
    result = specc(capsys, "run", "lenet.onnx", "--input", "image=zeros", "-b", "N=1", "--format", "json")
    assert result.code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("-o", "missing/out.onnx"),
        ("-o", "."),
        ("--target", "toaster"),
        ("--opset", "7"),
        ("--weights", "missing.safetensors"),
        ("--weights", "lenet.specc"),
    ],
)
def test_what_cannot_be_compiled_leaves_nothing_behind(capsys: Capture, arguments: tuple[str, ...]) -> None:
    result = specc(capsys, "compile", "lenet.specc", *arguments)
    assert result.code == 1
    assert result.err.startswith("error[SP")
    assert [path.name for path in Path().iterdir()] == ["lenet.specc"]


def test_run_prints_and_saves(capsys: Capture) -> None:
    specc(capsys, "compile", "lenet.specc")
    image = np.random.default_rng(0).normal(size=(2, 1, 32, 32)).astype(np.float32)
    np.save("image.npy", image)
    from_file = specc(capsys, "run", "lenet.onnx", "--input", "image=image.npy", "--output", "out", "--format", "json")
    assert from_file.code == 0
    (entry,) = json.loads(from_file.out)
    assert (entry["name"], entry["dtype"], entry["shape"]) == ("logits", "float32", [2, 10])
    assert np.array_equal(np.load("out/logits.npy"), np.asarray(entry["values"], np.float32))
    from_spec = specc(capsys, "run", "lenet.specc", "--input", "image=image.npy", "--format", "json")
    assert from_spec.out == from_file.out
    text = specc(capsys, "run", "lenet.specc", "--input", "image=random", "-b", "N=1").out
    assert text.startswith("logits: float32[1, 10]; min ")


@pytest.mark.parametrize("value", ["image=random", "image=[1, 2]", "picture=zeros", "image", "image=missing.npy"])
def test_inputs_that_do_not_fit(capsys: Capture, value: str) -> None:
    result = specc(capsys, "run", "lenet.specc", "--input", value)
    assert result.code == 1
    assert result.err.startswith("error[SP7") or result.err.startswith("error[SP4104")


def test_run_of_no_model(capsys: Capture) -> None:
    Path("bad.onnx").write_bytes(b"nothing")
    assert specc(capsys, "run", "bad.onnx").err.startswith("error[SP7001]")
    assert specc(capsys, "run", "missing.onnx").err.startswith("error[SP7001]")


def test_report_json_has_the_fixed_fields(capsys: Capture) -> None:
    result = specc(capsys, "report", "lenet.specc", "-b", "N=2", "--format", "json")
    report = json.loads(result.out)
    assert set(report) >= {"model", "parameters", "bindings", "params", "macs", "flops", "memory", "outputs", "layers"}
    assert report["model"] == "lenet5"
    assert report["parameters"] == {"classes": 10}
    assert report["bindings"] == {"N": 2}
    assert report["params"] == {"trainable": 61_706, "buffers": 0, "total": 61_706, "bytes": 246_824}
    assert report["macs"] == {"value": 833_040, "formula": "416520*N"}
    assert set(report["memory"]) >= {"weights_bytes", "peak_activation_bytes", "formula"}
    assert report["outputs"] == [{"name": "logits", "dtype": "float32", "shape": [2, 10]}]
    assert all(set(layer) >= FIELDS | ROOFLINE for layer in report["layers"])
    assert report["layers"][0]["path"] == "c1"
    assert report["layers"][0]["source"].startswith("lenet.specc:5:")
    assert {"path", "why", "advice", "macs_before", "macs_after", "params_before", "params_after"} <= set(
        report["bottlenecks"][0]
    )


def test_report_without_sizes(capsys: Capture) -> None:
    report = json.loads(specc(capsys, "report", "lenet.specc", "--format", "json").out)
    assert report["macs"] == {"value": None, "formula": "416520*N"}
    assert report["memory"]["peak_activation_bytes"] is None
    assert report["outputs"][0]["shape"] == ["N", 10]


def test_report_as_csv(capsys: Capture) -> None:
    text = specc(capsys, "report", "lenet.specc", "-b", "N=1", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(row["params"]) for row in rows) == 61_706
    assert sum(int(row["macs"]) for row in rows) == 416_520
    assert rows[0]["output_shape"] == "[1, 6, 28, 28]"


def test_report_as_a_table_and_as_markdown(capsys: Capture) -> None:
    table = specc(capsys, "report", "lenet.specc", "-b", "N=1").out
    assert "lenet5(classes = 10) at N = 1\n" in table
    assert "\nMACs              416,520 (417K)\n" in table
    markdown = specc(capsys, "report", "lenet.specc", "-b", "N=1", "--format", "markdown", "-o", "report.md")
    assert markdown.out == ""
    assert "| c1 | conv | [1, 6, 28, 28] | 156 | 118K | 240K |\n" in Path("report.md").read_text(encoding="utf-8")


def test_a_report_on_a_terminal() -> None:
    import specc as program
    from specc.report.rich_table import print_report

    stream = io.StringIO()
    print_report(program.load("lenet.specc").report(N=1), stream)
    assert "[1, 6, 28, 28]" in stream.getvalue()
    assert "416,520 (417K)" in stream.getvalue()


def test_fmt_converts_either_way(capsys: Capture) -> None:
    text = specc(capsys, "fmt", "lenet.specc").out
    Path("canonical.specc").write_text(text, encoding="utf-8")
    assert specc(capsys, "fmt", "canonical.specc", "--check").code == 0
    assert specc(capsys, "fmt", "canonical.specc", "--to", "yaml", "-o", "lenet.yaml").code == 0
    assert specc(capsys, "check", "lenet.yaml").out == "lenet.yaml: ok, 61,706 parameters, 416,520*N MACs\n"
    assert specc(capsys, "fmt", "lenet.yaml", "--to", "specc").out == text


def test_fmt_in_place(capsys: Capture) -> None:
    Path("ugly.specc").write_text(LENET.replace("conv(6, 5)", "conv( 6,5 )"), encoding="utf-8")
    check = specc(capsys, "fmt", "ugly.specc", "--check")
    assert (check.code, check.out) == (1, "would change ugly.specc\n")
    assert specc(capsys, "fmt", "ugly.specc", "-w").code == 0
    assert "conv(6, 5)" in Path("ugly.specc").read_text(encoding="utf-8")
    assert specc(capsys, "fmt", "ugly.specc", "--check").code == 0


def test_fmt_leaves_a_wrong_spec_alone(capsys: Capture) -> None:
    Path("bad.specc").write_text("model a(\n", encoding="utf-8")
    assert specc(capsys, "fmt", "bad.specc", "-w").code == 1
    assert Path("bad.specc").read_text(encoding="utf-8") == "model a(\n"


def test_layers(capsys: Capture) -> None:
    listed = specc(capsys, "layers").out
    assert "\nconv " in listed and "\nrelu " in listed
    page = specc(capsys, "layers", "conv").out
    assert page.startswith("conv(input, out, kernel, stride = 1, padding = 0, dilation = 1, groups = 1, bias = true,")
    assert "Formula:\n    y[n, o, p] = bias[o]" in page
    unknown = specc(capsys, "layers", "con")
    assert (unknown.code, "did you mean `conv`" in unknown.err) == (1, True)


def test_every_layer_has_a_page(capsys: Capture) -> None:
    from specc.layers.registry import documented_layers

    for name in documented_layers():
        page = specc(capsys, "layers", name)
        assert page.code == 0
        assert "Formula:" in page.out and "Example:" in page.out, name


def test_zoo(capsys: Capture) -> None:
    assert "\nlenet5 " in specc(capsys, "zoo").out
    assert "lenet5" in {entry["name"] for entry in json.loads(specc(capsys, "zoo", "--format", "json").out)}
    assert "model: lenet5" in specc(capsys, "zoo", "lenet5").out
    unknown = specc(capsys, "check", "zoo:lenet6")
    assert (unknown.code, "did you mean `lenet5`" in unknown.err) == (1, True)


def test_explain(capsys: Capture) -> None:
    page = specc(capsys, "explain", "sp5101").out
    assert page.startswith(
        "SP5101: unknown symbol\n\nA size is bound to a symbol that the model doesn't have.\n\nWhy: "
    )
    assert "\nWrong:\n    specc report lenet5.yaml -b batch=1\n" in page
    assert "\nSP5101  unknown symbol\n" in specc(capsys, "explain").out
    assert specc(capsys, "explain", "SP0000").code == 1
