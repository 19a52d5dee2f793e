"""`specc verify`: what agrees, and the first layer that does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

import specc
from specc.cli.main import main
from specc.ir.builder import Builder, Site
from specc.ir.graph import Node
from specc.ir.operation import Operation
from specc.layers.relu import Relu
from specc.passes import passes
from specc.passes.rewrite import Found, Outcome, Rewrite, Scene

NET = """\
model net
input x: float32[N, 3, 12, 12]
y = x -> conv(8, 3, bias=false) as conv1 -> batchnorm as bn1 -> relu as act1
y = y -> conv(8, 3) as conv2 -> tanh as act2
output z = y -> flatten -> linear(4) as head
"""


class Slip(Rewrite):
    """A wrong one: tanh becomes relu."""

    name: ClassVar[str] = "slip"
    layers: ClassVar[tuple[str, ...]] = ("tanh",)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """Every tanh."""
        return Found((node,), lambda scene: scene.patch.change(node, operation=Relu()), "tanh is relu")


def write(folder: Path, text: str = NET) -> str:
    (folder / "net.specc").write_text(text)
    return str(folder / "net.specc")


def test_a_net_agrees_at_two_sizes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", write(tmp_path), "--format", "json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["agrees"] and made["first"] is None
    rows = [(one["contender"], one["sizes"]["N"]) for one in made["compared"]]
    assert rows == [(name, n) for n in (1, 2) for name in ("onnx.reference", "runtime's rewrites", "compiled")]
    assert all(one["skipped"] is None and one["relative"] < 1e-5 for one in made["compared"])


@pytest.mark.parametrize("dtype", ["float16", "int8"])
def test_narrow_types_agree_within_their_bounds(tmp_path: Path, dtype: str) -> None:
    found = specc.load(write(tmp_path)).verify(dtype=dtype)
    assert found.agrees
    compiled = [one for one in found.compared if one.contender == "compiled"]
    assert all(1e-6 < one.relative < 0.1 for one in compiled)


def test_the_guilty_layer_and_rewrite_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(passes, "PASSES", (*passes.PASSES, Slip()))
    assert main(["verify", write(tmp_path)]) == 1
    printed = capsys.readouterr()
    assert "NO" in printed.out
    assert printed.err.startswith("error[SP7401]: compiled: results differ from layer `flatten` on")
    assert "slip of act2" in printed.err and "net.specc:5:" in printed.err
    assert main(["verify", write(tmp_path), "--without", "slip"]) == 0


def test_a_layer_that_computes_something_else_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong form: the layer is named, and the form."""
    from specc.lower import forms

    def wrong(operation: Operation, build: Builder, site: Site) -> tuple[str, ...]:
        return (build.op("Relu", site.inputs[0]),)

    monkeypatch.setitem(forms.CPU, "tanh", wrong)
    found = specc.load(write(tmp_path)).verify()
    assert found.divergence is not None
    assert (found.divergence.layer, found.divergence.contender) == ("act2", "compiled")
    assert found.divergence.rewrites == ("wrong of act2",)


def test_sizes_that_are_given_and_larger_ones() -> None:
    spec = specc.loads("model m\ninput x: float32[N, T]\nrequire T % 8 == 0\noutput y = x -> tanh\n")
    assert [one.sizes for one in spec.verify({"T": 16}).compared[::3]] == [{"N": 1, "T": 16}, {"N": 2, "T": 24}]
    with pytest.raises(specc.SpecError):
        spec.verify({"Q": 3})


def test_numpy_takes_no_part_in_large_models_or_without_an_implementation() -> None:
    text = "model m\ninput x: float32[N, 64, 128, 128]\noutput y = x -> conv(64, 3, padding=1)\n"
    found = specc.loads(text).verify({"N": 1})
    assert found.agrees and "MACs are more than" in found.compared[0].skipped


def test_places_of_numbers_that_are_not(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([[1.0, np.nan, np.inf, -np.inf]], np.float32))
    spec = specc.loads("model m\ninput x: float32[N, 4]\noutput y = x -> relu -> tanh\n")
    assert spec.verify({"N": 1}, inputs=[f"x={tmp_path / 'x.npy'}"]).agrees
