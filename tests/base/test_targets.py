"""Targets: those that come with the program, and what is wrong with bad ones."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort
import pytest

from specc.base.diagnostics import SpecError
from specc.base.source import Source
from specc.base.targets import load_target, read_target, target_names

GOOD = "name: mine\ndoc: A board.\nopset: 20\nir_version: 9\nsession: {session.intra_op.allow_spinning: 0}\n"


def test_shipped_targets_are_what_the_runtime_takes() -> None:
    assert target_names() == ("cpu", "cuda", "portable")
    for name in target_names():
        target = load_target(name)
        assert target.name == name and target.doc
        assert target.opset <= 26 and target.ir_version <= 13
        assert set(target.providers) <= set(ort.get_all_providers())


def test_target_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(GOOD)
    target = load_target(str(tmp_path / "mine.yaml"))
    assert (target.name, target.opset, target.device) == ("mine", 20, "cpu")
    assert target.session == {"session.intra_op.allow_spinning": "0"}


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (GOOD + "opsets: 3\n", ["SP6213"]),
        (GOOD + "opset: 3\n", ["SP6213"]),
        (GOOD + "device: gpu\nproviders: CPU\n", ["SP6214", "SP6214"]),
        (GOOD + "session2: {a: 1}\ncontrib: yes\n", ["SP6213", "SP6214"]),
        (GOOD.replace("20", "newest"), ["SP6214"]),
        ("name: x\n", ["SP6214", "SP6214", "SP6214"]),
        ("- cpu\n", ["SP6212"]),
        ("a: [\n", ["SP6212"]),
        ("", ["SP6212"]),
        ("[" * 10_000, ["SP6212"]),
        (GOOD + "session: {a: [1]}\n", ["SP6213"]),
    ],
)
def test_bad_targets(text: str, codes: list[str]) -> None:
    with pytest.raises(SpecError) as caught:
        read_target(Source("mine.yaml", text))
    assert sorted(diagnostic.code for diagnostic in caught.value.diagnostics) == codes


def test_unknown_names_and_files(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="SP6211") as caught:
        load_target("cuda2")
    assert caught.value.diagnostics[0].help == "did you mean `cuda`?"
    with pytest.raises(SpecError, match="SP6212"):
        load_target(str(tmp_path / "none.yaml"))
