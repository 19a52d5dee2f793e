"""Trees, columns, sorting, sweeps and training of `specc report`, against sums worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import specc
from specc.analysis.decoding import token_cache
from specc.analysis.fit import largest
from specc.analysis.memory import Liveness
from specc.cli.main import main
from specc.cli.report_options import points
from specc.report.blocks import Block, folded, tree
from specc.report.rows import block_rows

TOWER = """
model tower
input x: float32[N, 8]
block unit(x, width: int):
    return x -> linear(width) as inner.fc -> relu
for i in range(5):
    x = x -> unit(8) as stage.{i}
x = x -> unit(4) as stage.5
x = x -> unit(4) as stage.6
output y = x -> linear(2) as head
"""


def shown(blocks: tuple[Block, ...] | list[Block]) -> dict[str, object]:
    return {f"{block.title} x{block.count}": shown(block.parts) for block in blocks}


def test_equal_neighbours_are_folded() -> None:
    report = specc.loads(TOWER).report(N=1)
    unit = {"inner x1": {"fc x1": {}}, "relu x1": {}}
    assert shown(folded(tree(report.layers))) == {
        "stage x1": {"0..4 x5": unit, "5 x1": unit, "6 x1": unit},
        "head x1": {},
    }
    rows = {row.name.strip(): row for row in block_rows(report, 2)}
    # five of 8 x 8 + 8, one of 4 x 8 + 4, one of 4 x 4 + 4
    assert rows["stage"].params == 5 * 72 + 36 + 20
    assert rows["0..4 x5"].params == 5 * 72 and rows["0..4 x5"].macs == 5 * 64
    assert rows["stage"].macs == 5 * 64 + 32 + 16
    assert "inner" not in rows


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["report", *arguments]) == 0
    return capsys.readouterr().out


@pytest.fixture
def tower(tmp_path: Path) -> str:
    (tmp_path / "tower.specc").write_text(TOWER)
    return str(tmp_path / "tower.specc")


def test_columns_and_order(tower: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = run(capsys, tower, "-b", "N=2", "--columns", "path,macs,bytes", "--sort", "macs")
    lines = text.splitlines()
    assert lines[2].split() == ["path", "MACs", "bytes"]
    # 2 x 8 x 8 MACs; x and y of 2 x 8, a matrix of 8 x 8, a bias of 8, float32
    assert lines[4].split() == ["stage.0.inner.fc", "128", "416", "B"]
    assert [line.split()[1] for line in lines[4:12]] == ["128"] * 5 + ["64", "32", "16"]
    assert main(["report", tower, "--columns", "path,speed"]) == 2
    assert "the columns are path, layer" in capsys.readouterr().err


def test_sweep(tower: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(run(capsys, tower, "--sweep", "N=1..8:x2", "--format", "json"))
    assert [row["N"] for row in made["rows"]] == [1, 2, 4, 8]
    assert [row["macs"] for row in made["rows"]] == [376 * n for n in (1, 2, 4, 8)]
    assert made["macs_formula"] == "376*N"
    text = run(capsys, tower, "--sweep", "N=1..8:x2")
    assert [line.split()[:3] for line in text.splitlines()[2:]] == [
        ["1", "376", "850"],  # 2 x 376, biases of 50, relu of 48
        ["2", "752", "x2"],
        ["4", "1.50K", "x2"],
        ["8", "3.01K", "x2"],
    ]
    assert main(["report", tower, "--sweep", "M=1..8"]) == 1


@pytest.mark.parametrize(
    ("text", "values"),
    [("T=128..1024:x2", (128, 256, 512, 1024)), ("T=1..10:+4", (1, 5, 9)), ("T=5..7:1", (5, 6, 7)), ("T=3..3", (3,))],
)
def test_points(text: str, values: tuple[int, ...]) -> None:
    assert points(text).values == values


@pytest.mark.parametrize(
    "text", ["T", "T=1", "T=9..1", "T=0..9:x2", "T=1..9:x1", "T=1..9:0", "T=1..100_000:1", "T=a..b"]
)
def test_bad_points(tower: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", tower, "--sweep", text]) == 2
    assert text in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [
        ["--tree", "--sort", "macs"],
        ["--depth", "0"],
        ["-b", "N=2", "--sweep", "N=1..8:x2"],
        ["--sweep", "N=1..8:x2", "--training"],
    ],
)
def test_options_that_clash(tower: str, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", tower, *options]) == 2
    assert capsys.readouterr().err.startswith(("specc report", "usage"))


def test_a_view_as_csv(tower: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = run(capsys, tower, "-b", "N=2", "--columns", "path,params", "--format", "csv").splitlines()
    assert lines[0] == "path,params" and lines[1] == "stage.0.inner.fc,72"
    training = run(capsys, tower, "-b", "N=2", "--training", "--format", "csv").splitlines()
    assert training[0].endswith("bytes,input_gradient_macs,weight_gradient_macs,backward_flops,kept_bytes")
    # no gradient of the input; 2 x 8 x 8; that and the bias; the input of 2 x 8 float32
    assert training[1].endswith(",0,128,272,64")


def test_training(tower: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = json.loads(run(capsys, tower, "-b", "N=2", "--training", "--format", "json"))["training"]
    # each product twice, but for the first, whose input needs no gradient
    assert made["backward_macs"] == {"value": 2 * (2 * 376 - 64), "formula": "688*N"}
    # the input of each matrix; that of relu is its result
    assert made["kept_activation_bytes"]["value"] == 2 * 4 * (8 + 5 * 8 + 4 + 4)
    assert made["gradient_bytes"] == 4 * (5 * 72 + 36 + 20 + 10)
    assert made["optimiser_state_bytes"]["adam"] == 2 * made["gradient_bytes"]
    assert "optimiser state" in run(capsys, tower, "-b", "N=2", "--training")


def test_largest_batch() -> None:
    spec = specc.loads(TOWER)
    graph = spec._resolved.graph
    # x of 8 and two tensors of 8 beside each other, float32
    assert Liveness(graph).peak({"N": 3}) == 3 * 4 * 24 == spec.report(N=3).memory.peak
    weights = 4 * (5 * 72 + 36 + 20 + 10)
    for batch in (1, 7, 1000):
        assert largest(graph, Liveness(graph), {}, "N", weights + batch * 96) == batch
        assert largest(graph, Liveness(graph), {}, "N", weights + batch * 96 - 1) == batch - 1
    assert largest(graph, Liveness(graph), {}, "M", 10**9) is None


def test_largest_batch_keeps_promises() -> None:
    model = "model m\nrequire {}\ninput x: float32[N, T]\ninput y: float32[T, 8]\noutput z = matmul(x, y)"
    for promise, most in (("N <= T", 100_000), ("N + 7 <= 2 * T", 199_993), ("N >= 4", 300_000)):
        graph = specc.loads(model.format(promise))._resolved.graph
        room = 4 * (300_000 * 100_000 + 100_000 * 8 + 300_000 * 8)
        assert largest(graph, Liveness(graph), {"T": 100_000}, "N", room) == most


def test_cache_of_tokens() -> None:
    attend = "model m\ninput x: float32[N, T, 16]\noutput y = x -> multihead_attention(4, causal=true{})"
    sizes = {"": 2 * 16 * 4, ", num_kv_heads=2": 2 * 8 * 4, ", num_kv_heads=1": 2 * 4 * 4}
    for options, size in sizes.items():
        cache = token_cache(specc.loads(attend.format(options))._resolved.graph)
        assert cache is not None and cache.per_token == size
    assert token_cache(specc.loads(attend.format("").replace("true", "false"))._resolved.graph) is None
    cache = token_cache(specc.load("examples/specs/gpt2.specc")._resolved.graph)
    assert cache is not None and cache.per_token == 12 * 2 * 768 * 4 and len(cache.holders) == 24
