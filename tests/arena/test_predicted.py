"""The arena that is predicted beside the one that onnxruntime logs, and what the report says of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import specc
from specc.base.diagnostics import SpecError
from specc.base.processor import lanes
from specc.cli.main import main
from specc.runtime.logged_arena import logged_arena
from specc.runtime.values import parse_input

RESIDUAL = """model residual
input x: float32[N, 3, 64, 64]
block unit(x, out: int):
    z = x -> conv(out, 3, padding=1, bias=false) -> batchnorm -> relu -> conv(out, 3, padding=1) -> batchnorm
    return z + (x -> conv(out, 1)) -> relu
x = x -> conv(32, 3, padding=1) -> hard_swish -> maxpool(2) -> unit(48) -> silu -> unit(64)
output y = concat(x, x -> conv(16, 3, padding=1)) -> batchnorm -> relu -> global_avgpool -> flatten -> linear(10)
"""
SEGMENTING = """model segmenting
input x: float32[N, 3, 48, 48]
a = x -> conv(32, 3, padding=1) -> relu
b = a -> maxpool(2) -> conv(64, 3, padding=1) -> relu -> conv_transpose(32, 2, stride=2)
output y = concat(a, b) -> conv(24, 3, padding=1) -> relu -> conv(2, 1)
"""
READING = """model reading
input tokens: int64[N, T]
x = tokens -> embedding(100, 64)
for i in range(2):
    x = x + (x -> layernorm -> multihead_attention(4, causal=true)) as l.{i}.a
    x = x + (x -> layernorm -> linear(256) -> gelu -> linear(64)) as l.{i}.b
output y = x -> layernorm -> linear(100)
"""
LISTENING = """model listening
input x: float32[N, T, 40]
y, h, c = x -> lstm(96, bidirectional=true)
z, g = y -> gru(64)
output w = z -> linear(20) -> softmax
"""
SCANNING = """model scanning
input x: float32[8, T, 256]
block cell(x, h):
    h = (x -> linear(256) as wx) + (h -> linear(256) as wh) -> tanh
    return h, h
ys, last = scan(cell, over=x, state=zeros([8, 256]))
output y = ys
"""
DOUBLES = "model doubles\ninput x: float64[N, 16, 32, 32]\noutput y = x -> maxpool(2) -> relu -> maxpool(2)\n"
CASES = {
    "doubles": (DOUBLES, {"N": 2}),
    "residual": (RESIDUAL, {"N": 2}),
    "segmenting": (SEGMENTING, {"N": 1}),
    "reading": (READING, {"N": 2, "T": 48}),
    "listening": (LISTENING, {"N": 1, "T": 64}),
    "lenet5": ("zoo:lenet5", {"N": 3}),
    "scanning": (SCANNING, {"T": 50}),
}


def taken(spec: specc.Spec, sizes: dict[str, int]) -> int:
    """Bytes that the arena of onnxruntime asks for in a first run."""
    session = spec.compile(target="cpu").session()
    given = dict(parse_input(f"{port.name}=random", session.inputs, sizes) for port in session.inputs)
    return logged_arena(session.model, session.fed(given))


@pytest.mark.parametrize("name", CASES)
def test_it_is_what_the_runtime_takes(name: str) -> None:
    text, sizes = CASES[name]
    spec = specc.load(text) if text.startswith("zoo:") else specc.loads(text)
    use = spec.arena_at(sizes, lanes=lanes())
    assert use.total == pytest.approx(taken(spec, sizes), rel=0.02)
    assert use.used <= use.total == sum(use.growths)


def test_the_report_tells_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "zoo:lenet5", "-b", "N=1", "--arena"]) == 0
    row = re.search(r"^arena  +(.*)$", capsys.readouterr().out, re.MULTILINE)
    assert row is not None and row[1] == "67.5 KiB, of which 67.5 KiB are in use at once"
    assert main(["report", "zoo:lenet5", "-b", "N=1", "--arena", "--format", "json"]) == 0
    memory = json.loads(capsys.readouterr().out)["memory"]
    assert (memory["arena_bytes"], memory["arena_used_bytes"]) == (69120, 69120)
    assert main(["report", "zoo:lenet5", "-b", "N=1", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["memory"]["arena_bytes"] is None


def test_bench_has_both(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["bench", "zoo:lenet5", "-b", "N=1", "--runs", "2", "--arena"]
    assert main([*command, "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["predicted_arena_bytes"] == specc.load("zoo:lenet5").arena_at({"N": 1}, lanes=lanes()).total
    assert told["arena_bytes"] == pytest.approx(told["predicted_arena_bytes"], rel=0.02)
    assert main([*command, "--without", "merge_linear"]) == 0
    rows = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines() if "  " in line)
    assert rows["arena"].strip().endswith("KiB") and "predicted arena" not in rows
    assert main([*command, "--device", "cuda"]) == 2
    assert "`--arena` is of the CPU" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    [
        "input x: float32[N, 4, 5, 8]\noutput y = onnx.Attention(x, x, x)\n",
        "input x: float32[N, 8, 6, 6]\ninput w: float32[8, 8, 3, 3]\noutput y = onnx.Conv(x, w)\n",
        "input x: float32[N, 4]\noutput y = x\noutput z = x + x\n",
        "input x: int64[N]\ninput s: int64[]\noutput y = x * s\n",
    ],
)
def test_any_model_has_one(text: str) -> None:
    use = specc.loads(f"model any\n{text}").arena_at({"N": 2})
    assert 0 < use.used <= use.total < 1_000_000


def test_sizes_beyond_reason() -> None:
    spec = specc.load("zoo:lenet5")
    assert spec.arena_at({"N": 10**15}).total > 10**19
    with pytest.raises(SpecError, match="SP5102"):
        spec.arena_at({"N": 10**19})


def test_blocks_are_those_that_the_runtime_has(tmp_path: Path) -> None:
    base = "name: mine\ndoc: A board.\nbase: cpu\nmachine:\n  peak: {float32: 1e11}\n  bandwidth: 1e10\n"
    figures = "  capacity: 1_000_000_000\n  overhead: 1e-6\n  multiple: {float32: WIDE}\n  sources:\n"
    sources = "".join(f"    {key}: here\n" for key in ("peak", "bandwidth", "capacity", "overhead", "multiple"))
    totals = {}
    for wide in (3, 8, 16, 32):
        path = tmp_path / f"w{wide}.yaml"
        path.write_text(base + figures.replace("WIDE", str(wide)) + sources)
        totals[wide] = specc.load("zoo:lenet5").arena_at({"N": 1}, str(path)).total
    assert totals[3] == totals[8] < totals[16] == totals[32] == 69120


def test_the_process_that_logs_reads_no_file_of_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "numpy.py").write_text("raise SystemExit(3)\n")
    monkeypatch.chdir(tmp_path)
    assert main(["bench", "zoo:lenet5", "-b", "N=1", "--runs", "2", "--arena"]) == 0
    assert "predicted arena" in capsys.readouterr().out


def test_a_large_model_is_still_there_when_its_arena_is_logged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("specc.model.IN_MEMORY", 0)
    assert main(["bench", "zoo:lenet5", "-b", "N=1", "--runs", "2", "--arena", "--per-layer"]) == 0
    assert "predicted arena" in capsys.readouterr().out


def test_it_needs_every_size_and_a_cpu() -> None:
    spec = specc.load("zoo:lenet5")
    with pytest.raises(SpecError, match="SP5105"):
        spec.arena_at({})
    with pytest.raises(SpecError, match="SP6201"):
        spec.arena_at({"N": 1}, "cuda")


def test_options_that_clash(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "zoo:lenet5", "-b", "N=1", "--arena", "--dtype", "float16"]) == 2
    assert "`--arena` speaks of models in float32" in capsys.readouterr().err
    assert main(["report", "zoo:lenet5", "-b", "N=1", "--arena", "--format", "csv"]) == 2
    assert "`--format csv` has no place" in capsys.readouterr().err
    assert main(["report", "zoo:lenet5", "--arena", "--sweep", "N=1..4"]) == 2
    assert "`--sweep` has a table of its own" in capsys.readouterr().err
