"""`specc compile --explain`: what rewrites have changed, predicted and measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from specc.cli.main import main

NET = """\
model net
input x: float32[N, 3, 12, 12]
y = x -> conv(8, 3, bias=false) as conv1 -> batchnorm as bn1 -> relu -> dropout(0.1)
z = x -> conv(8, 3, bias=false) as conv2
output sum = y + (z -> batchnorm as bn2) + z
"""


def explained(folder: Path, capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, object]:
    (folder / "net.specc").write_text(NET)
    out = str(folder / "net.onnx")
    assert main(["compile", str(folder / "net.specc"), "-o", out, "--explain", "--format", "json", *options]) == 0
    made: dict[str, object] = json.loads(capsys.readouterr().out)
    return made


def test_places_and_effects(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = explained(tmp_path, capsys, "-b", "N=2", "--target", "h100")
    places = {(one["rewrite"], one["applied"], tuple(one["layers"])) for one in made["rewrites"]}  # type: ignore[attr-defined]
    assert ("fold_batchnorm", True, ("conv1", "bn1")) in places
    assert ("fold_batchnorm", False, ("conv2", "bn2")) in places
    by_name = {one["rewrite"]: one for one in made["effects"]}  # type: ignore[attr-defined]
    fold = by_name["fold_batchnorm"]
    # a product and a sum for each of 2 * 8 * 10 * 10 elements become the sum of the bias
    assert int(fold["before"]["flops"]) - int(fold["after"]["flops"]) == 1600
    assert fold["before"]["nodes"] - fold["after"]["nodes"] == 1
    assert fold["after"]["seconds"] is not None and fold["gain"] is None
    assert by_name["drop_identity"]["times"] == 1


def test_gains_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = explained(tmp_path, capsys, "-b", "N=1", "--target", "cpu", "--measure")
    assert all(one["gain"] > 0 for one in made["effects"])  # type: ignore[attr-defined]


def test_a_free_size_cannot_be_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.specc").write_text(NET)
    options = ["-o", str(tmp_path / "net.onnx"), "--explain", "--measure"]
    assert main(["compile", str(tmp_path / "net.specc"), *options]) == 1
    assert "error[SP7202]" in capsys.readouterr().err
