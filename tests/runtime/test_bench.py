"""Measuring: statistics, the layers behind each kernel, the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import specc
from specc.cli.bench_pages import _named
from specc.cli.main import main
from specc.runtime.bench import Latency, latency, layer_timings
from specc.runtime.session import SessionSettings
from specc.runtime.values import parse_input

NET = """
model net
input x: float32[N, 3, 16, 16]
block unit(x):
    y = x -> conv(16, 3, padding=1, bias=false) as conv1 -> batchnorm as bn1 -> relu as act1
    y = y -> conv(16, 3, padding=1, bias=false) as conv2 -> batchnorm as bn2
    return relu(x + y)
x = x -> conv(16, 3, padding=1) as stem -> relu
x = x -> unit as a -> unit as b
output y = x -> global_avgpool -> flatten -> linear(5) as head
"""


def test_statistics() -> None:
    found = Latency(tuple(float(number) for number in range(1, 102)), 0)
    assert (found.least, found.median, found.mean) == (1.0, 51.0, 51.0)
    assert found.percentile(90) == pytest.approx(91.0)
    assert found.percentile(99) == pytest.approx(100.0)
    single = Latency((0.5,), 0)
    assert (single.median, single.percentile(90)) == (0.5, 0.5)


def test_runs_and_time() -> None:
    session = specc.loads("model m\ninput x: float32[4]\noutput y = sin(x)").compile().session()
    given = dict([parse_input("x=random", session.inputs, {})])
    assert len(latency(session, given, 0, 7, 2).times) == 7
    assert len(latency(session, given, 0, None, 0).times) == 5
    assert latency(session, given, 0.05, None, 1).peak_bytes > 1 << 20


def test_kernels_are_those_of_the_layers() -> None:
    """Each layer that computes is in one row, whatever the runtime has made of it."""
    model = specc.loads(NET).compile(target="cpu", level=0)
    session = model.session()
    given = dict([parse_input("x=random", session.inputs, {"N": 1})])
    rows = layer_timings(model.to_bytes(), SessionSettings(), given, 3)
    layers = [layer for row in rows for layer in row.origin.layers]
    assert len(layers) == len(set(layers))
    computing = {layer.path for layer in specc.loads(NET).report(N=1).layers if layer.macs_formula}
    assert computing <= set(layers)
    assert all(row.origin.layers and row.seconds > 0 and row.kernels for row in rows)
    assert [row.seconds for row in rows] == sorted((row.seconds for row in rows), reverse=True)
    plain = layer_timings(model.to_bytes(), SessionSettings(optimise=False), given, 2)
    alone = {row.origin.layers for row in plain}
    assert {("a.conv1",), ("a.bn1",), ("b.conv2",), ("head",)} <= alone


def test_a_loop_has_the_time_of_its_body() -> None:
    text = """
model loop
input x: float32[N, T, 8]
block step(v, s):
    new = tanh((v -> linear(8) as a) + (s -> linear(8) as b))
    return new, new
y, last = scan(step, over=x, state=zeros([N, 8]))
output z = y
"""
    model = specc.loads(text).compile()
    session = model.session()
    given = dict([parse_input("x=random", session.inputs, {"N": 1, "T": 200})])
    rows = layer_timings(model.to_bytes(), SessionSettings(), given, 5)
    (loop,) = [row for row in rows if "Scan" in row.kernels]
    assert all(row.origin.layers for row in rows)
    assert not {"Tanh", "MatMul", "Gemm", "Add"} & {kernel for row in rows for kernel in row.kernels}
    assert loop.seconds == rows[0].seconds


def test_names_of_fused_layers() -> None:
    assert _named(("a.0.conv", "a.0.bn", "a.0.relu", "b.x")) == "a.0.conv + bn + relu + b.x"
    assert _named(()) == "(not mapped)"


def test_the_zoo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["bench", "--zoo", "lenet5", "zoo:elman", "resnet18", "--runs", "5", "--limit-params", "1_000_000"]
    assert main([*common, "-b", "N=2", "--target", "cpu_avx2", "--format", "json"]) == 0
    printed = capsys.readouterr()
    made = json.loads(printed.out)
    assert "1/2 lenet5: " in printed.err
    assert made["left_out"] == [{"model": "resnet18", "params": 11_689_512}]
    lenet, elman = made["models"]
    assert (lenet["model"], lenet["bindings"]) == ("lenet5", {"N": 2})
    assert (elman["model"], elman["bindings"]) == ("elman", {"N": 2, "T": 5})
    assert lenet["top1"]["percent"] == 99.05 and elman["top1"] is None
    for row, name in ((lenet, "lenet5"), (elman, "elman")):
        report = specc.load(f"zoo:{name}").report(**row["bindings"])
        assert (row["params"], row["macs"], row["flops"]) == (report.params.trainable, report.macs, report.flops)
        assert row["flops_per_second"] == pytest.approx(row["flops"] / row["seconds"]["median"])
        assert row["of_peak"] > 0 and row["runs"] == 5 and 0 < row["seconds"]["min"] <= row["seconds"]["median"]


def test_forms_of_the_zoo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["bench", "--zoo", "lenet5", "resnet18", "--runs", "1", "--limit-params", "1_000_000"]
    assert main(common) == 0
    text = capsys.readouterr().out
    assert "GFLOP/s" in text and "of peak" not in text and "\nlenet5  N=1 " in text
    assert "left out, of more than 1.00M parameters: resnet18 (11.7M)\n" in text
    assert main([*common, "--format", "markdown", "--target", "cpu_avx2", "-o", str(tmp_path / "zoo.md")]) == 0
    lines = (tmp_path / "zoo.md").read_text().splitlines()
    assert lines[0].endswith("| GFLOP/s | of peak |") and lines[2].startswith(
        "| lenet5 | N=1 | 99.05 | 61.7K | 417K | "
    )
    capsys.readouterr()
    assert main([*common, "--format", "csv"]) == 0
    printed = capsys.readouterr()
    assert printed.out.splitlines()[1].startswith("lenet5,N=1,99.05,61706,416520,")
    assert "left out" in printed.err


def test_options_of_the_zoo_and_of_one_model(capsys: pytest.CaptureFixture[str]) -> None:
    for wrong in (["--zoo", "--per-layer"], ["--zoo", "-D", "classes=3"], ["zoo:lenet5", "--limit-params", "3"]):
        assert main(["bench", *wrong]) == 2
    assert main(["bench"]) == 2 and main(["bench", "zoo:lenet5", "--zoo", "rnn"]) == 2
    assert "SP2901" not in capsys.readouterr().err
    assert main(["bench", "--zoo", "lenet6"]) == 1
    assert "did you mean `lenet5`" in capsys.readouterr().err
    assert main(["bench", "--zoo", "lenet5", "--target", "h100"]) == 1
    assert "SP6215" in capsys.readouterr().err


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.specc").write_text(NET)
    common = ["-b", "N=2", "--runs", "5", "--warmup", "1"]
    spec = ["bench", str(tmp_path / "net.specc"), *common, "--target", "cpu_avx2"]
    assert main([*spec, "--per-layer", "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["runs"] == 5 and made["bindings"] == {"N": 2}
    seconds = made["seconds"]
    assert 0 < seconds["min"] <= seconds["median"] <= seconds["p90"] <= seconds["p99"]
    flops = specc.loads(NET).report(N=2).flops
    assert flops is not None
    assert made["flops_per_second"] == pytest.approx(flops / seconds["median"])
    assert sum(row["predicted_seconds"] for row in made["layers"]) <= made["predicted_seconds"] * (1 + 1e-9)
    assert main(spec) == 0
    text = capsys.readouterr().out
    assert "items/s" in text and "predicted" in text
    assert main(["compile", str(tmp_path / "net.specc"), "-o", str(tmp_path / "net.onnx")]) == 0
    capsys.readouterr()
    assert main(["bench", str(tmp_path / "net.onnx"), *common]) == 0
    assert "median" in capsys.readouterr().out
    assert main(["bench", str(tmp_path / "net.specc"), "--runs", "5"]) == 1
    assert "SP7" in capsys.readouterr().err
    assert main([*spec[:4], "--runs", "1", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == 1
    assert main([*spec[:4], "--runs", "0"]) == 2
    assert main([*spec[:4], "--target", "h100"]) == 1
    assert main([*spec[:4], "--target", "m1"]) == 1
    assert "SP6215" in capsys.readouterr().err
