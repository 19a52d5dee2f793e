"""What the conventions say of a model is what the counters themselves said (`benchmarks/counters/results.json`)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import specc
from specc.analysis.conventions.registry import CONVENTIONS
from specc.cli.main import main
from specc.zoo import zoo, zoo_model

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks" / "counters"))

from counted_cases import CASES, NETS, PUBLISHED_OTHERWISE, Case

COUNTERS = Path(__file__).resolve().parents[2] / "benchmarks" / "counters"
RESULTS = json.loads((COUNTERS / "results.json").read_text())


def spec_of(case: Case) -> specc.Spec:
    """A model with the inputs of `case`."""
    lines = ["model one"]
    for name, shape in zip("abc", case.inputs, strict=False):
        dtype = "int64" if shape.startswith("i") else "float32"
        lines.append(f"input {name}: {dtype}[{shape.removeprefix('i')}]")
    return specc.loads("\n".join((*lines, f"y = {case.spec}", "output z = y", "")))


def value(spec: specc.Spec, counter: str, **sizes: int) -> int | None:
    """What the convention says."""
    from specc.analysis.bindings import Binder

    return Binder(sizes).value(spec.counted_by([counter])[0].counted)


@pytest.mark.parametrize("counter", CONVENTIONS)
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_layer(case: Case, counter: str) -> None:
    assert value(spec_of(case), counter) == RESULTS["layers"][case.name][counter]


@pytest.mark.parametrize("counter", CONVENTIONS)
@pytest.mark.parametrize("net", NETS)
def test_a_net(net: str, counter: str) -> None:
    model = zoo_model(net)
    same = value(specc.load(f"zoo:{net}"), counter, **model.at) == RESULTS["nets"][net][counter]
    assert same is ((net, counter) not in PUBLISHED_OTHERWISE)


LOOP = """\
model loop
input x: float32[N, T, 8]
block step(x, h):
    return (x -> linear(4) as ih) + (h -> linear(4, bias=false) as hh) -> tanh
y, last = scan(step, over=x, state=zeros([N, 4]))
output z = y
"""


def test_a_loop_counts_for_each_step() -> None:
    spec = specc.loads(LOOP)
    assert value(spec, "thop", N=3, T=5) == 3 * 5 * (8 * 4 + 4 * 4)
    assert value(spec, "ptflops", N=3, T=5) == 3 * 5 * (8 * 4 + 4 * 4 + 4)
    assert value(spec, "thop") is None
    assert str(spec.counted_by(["thop"])[0].counted) == "48*N*T"


def test_another_counter_is_refused() -> None:
    with pytest.raises(specc.SpecError, match="fvcore"):
        specc.loads(LOOP).counted_by(["flopth"])


def test_text_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["report", "zoo:lenet5", "-b", "N=2", "--convention", "thop", "--convention", "torchinfo"]
    assert main(command) == 0
    text = capsys.readouterr().out
    assert "thop 0.1.1" in text and "torchinfo 1.8.0" in text and "fvcore" not in text
    assert main([*command, "--format", "markdown"]) == 0
    assert "### thop" in capsys.readouterr().out
    assert main([*command, "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)["conventions"]
    assert list(made) == ["thop", "torchinfo"]
    found = made["torchinfo"]
    gap = sum(one["counted"] - one["macs"] for one in found["differences"])
    assert found["value"] == 2 * 416_520 + gap
    assert all(one["why"] for one in found["differences"])


def test_no_layer_differs_without_a_reason() -> None:
    for counter in CONVENTIONS:
        for case in CASES:
            assert all(one.why for one in spec_of(case).counted_by([counter])[0].differences), (case.name, counter)


@pytest.mark.parametrize("more", (["--format", "csv"], ["--format", "html"], ["--sweep", "N=1..4"]))
def test_where_there_is_no_place_for_it(more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "zoo:lenet5", "--convention", "all", *more]) == 2
    assert "--convention" in capsys.readouterr().err


@pytest.mark.parametrize(
    "layer",
    (
        "conv_transpose(4, 3, weight_norm=true)",
        "conv(4, 3, weight_norm=true)",
        "conv_transpose(4, 3, spectral_norm=true)",
    ),
)
def test_normed_weights(layer: str) -> None:
    plain = layer.split(", weight")[0].split(", spectral")[0].rstrip(")") + ")"
    made = [specc.loads(f"model m\ninput x: float32[N, 6, 9, 9]\noutput y = x -> {one}\n") for one in (layer, plain)]
    assert len({value(spec, "thop", N=2) for spec in made}) == 1


def test_a_mask_is_no_key() -> None:
    text = "model m\ninput x: float32[N, 5, 12]\ninput seen: bool[5, 5]\n"
    masked = specc.loads(f"{text}output y = multihead_attention(x, num_heads=4, mask=seen)\n")
    plain = specc.loads(f"{text}output y = x -> multihead_attention(4)\noutput z = seen\n")
    assert value(masked, "ptflops", N=2) == value(plain, "ptflops", N=2)


def test_every_model_of_the_zoo_is_counted() -> None:
    for name in zoo():
        for one in specc.load(f"zoo:{name}").counted_by(CONVENTIONS):
            assert all(difference.why for difference in one.differences), (name, one.convention.package)
