"""The arena that is predicted beside the one that onnxruntime logs, and what the report says of it."""

from __future__ import annotations

import json
import re

import pytest

import specc
from specc.base.diagnostics import SpecError
from specc.cli.main import main
from specc.measure import lanes
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
CASES = {
    "residual": (RESIDUAL, {"N": 2}),
    "segmenting": (SEGMENTING, {"N": 1}),
    "reading": (READING, {"N": 2, "T": 48}),
    "listening": (LISTENING, {"N": 1, "T": 64}),
    "lenet5": ("zoo:lenet5", {"N": 3}),
}


def taken(spec: specc.Spec, sizes: dict[str, int]) -> int:
    """Bytes that the arena of onnxruntime asks for in a first run."""
    session = spec.compile(target="cpu").session()
    given = dict(parse_input(f"{port.name}=random", session.inputs, sizes) for port in session.inputs)
    return logged_arena(session.model, session.fed(given))


@pytest.mark.skipif(lanes() != 16, reason="the blocks of convolutions are those of AVX-512")
@pytest.mark.parametrize("name", CASES)
def test_it_is_what_the_runtime_takes(name: str) -> None:
    text, sizes = CASES[name]
    spec = specc.load(text) if text.startswith("zoo:") else specc.loads(text)
    use = spec.arena_at(sizes)
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
    assert told["predicted_arena_bytes"] == 69120 and 60_000 < told["arena_bytes"] < 80_000
    assert main([*command, "--without", "merge_linear"]) == 0
    rows = dict(line.split("  ", 1) for line in capsys.readouterr().out.splitlines() if "  " in line)
    assert rows["arena"].strip().endswith("KiB") and "predicted arena" not in rows
    assert main([*command, "--device", "cuda"]) == 2
    assert "`--arena` is of the CPU" in capsys.readouterr().err


def test_it_needs_every_size_and_a_cpu() -> None:
    spec = specc.load("zoo:lenet5")
    with pytest.raises(SpecError, match="SP5105"):
        spec.arena_at({})
    with pytest.raises(SpecError, match="SP6201"):
        spec.arena_at({"N": 1}, "cuda")


def test_options_that_clash(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "zoo:lenet5", "-b", "N=1", "--arena", "--dtype", "float16"]) == 2
    assert "`--arena` speaks of models in float32" in capsys.readouterr().err
    assert main(["report", "zoo:lenet5", "--arena", "--sweep", "N=1..4"]) == 2
    assert "`--sweep` has a table of its own" in capsys.readouterr().err
