"""Limits: documented, chosen by options, kept by the meter."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import specc
from specc.base.limits import DEFAULT_LIMITS, Limits, limit_texts
from specc.base.work import Exhausted, bounded, spend
from specc.cli.main import main

DOCS = Path(__file__).resolve().parents[2] / "docs" / "language.md"
DEEP = "model deep\ninput x: float32[N, 4]\ny = x\nfor i in range(300):\n    y = y -> relu\noutput out = y\n"


def test_every_limit_is_in_the_docs_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| ([\d,]+) \|$", DOCS.read_text(), re.MULTILINE))
    assert rows == {entry.name: f"{getattr(DEFAULT_LIMITS, entry.name):,}" for entry in fields(Limits)}
    texts = re.findall(r"^\| `\w+` \| (.*) \| [\d,]+ \|$", DOCS.read_text(), re.MULTILINE)
    assert texts == list(limit_texts().values())


def test_a_limit_is_raised_and_lowered_in_python() -> None:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(DEEP, limits={"nodes": 100}).check()
    assert [d.code for d in caught.value.diagnostics] == ["SP9101"]
    assert caught.value.diagnostics[0].help == "if the spec is right, allow more with `--limit nodes=200`"
    specc.loads(DEEP, limits={"nodes": 300}).check()
    deeper = DEEP.replace("300", "21_000")
    with pytest.raises(specc.SpecError, match="SP9101"):
        specc.loads(deeper).check()
    specc.loads(deeper, limits={"nodes": 30_000, "steps": 5_000_000}).check()


def test_a_limit_is_raised_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "deep.specc"
    path.write_text(DEEP)
    for command in (["check"], ["report"], ["compile", "-o", str(tmp_path / "m.onnx")], ["fmt"]):
        assert main([*command, str(path), "--limit", "tokens=20"]) == 1, command
        assert "SP9002" in capsys.readouterr().err
        assert main([*command, str(path), "--limit", "tokens=200", "--limit", "steps=2_000_000"]) == 0, command
    assert main(["check", str(path), "--limit", "step=5"]) == 1
    assert "did you mean `steps`?" in capsys.readouterr().err
    assert main(["check", str(path), "--limit", "steps=0"]) == 1
    assert "must be an integer of at least 1" in capsys.readouterr().err
    with pytest.raises(specc.SpecError, match="SP9011"):
        specc.load(str(path), limits={"nodes": True})


def test_a_parameter_may_be_called_limits(tmp_path: Path) -> None:
    path = tmp_path / "m.specc"
    path.write_text("model m(limits = 3)\ninput x: float32[N, 4]\noutput y = x -> linear(limits)\n")
    assert main(["check", str(path), "-D", "limits=5", "-q"]) == 0


def test_work_is_counted_once_and_ends() -> None:
    with bounded(Limits(steps=10)) as meter:
        spend(4)
        with bounded(Limits(steps=10)):
            spend(4)
        assert meter.spent == 8
        with bounded(Limits(steps=5)) as inner, pytest.raises(Exhausted):
            spend(6)
        assert inner.exhausted and not meter.exhausted
    spend(10**9)


def test_a_spec_ends_at_the_same_place_every_time() -> None:
    text = DEEP.replace("300", "10 ** 6")
    places = set()
    for _ in range(2):
        with pytest.raises(specc.SpecError) as caught:
            specc.loads(text, limits={"steps": 5_000}).check()
        places.add(str(caught.value))
    assert len(places) == 1


def test_errors_are_cut_off() -> None:
    text = "model m\ninput x: float32[N, 4]\n" + "".join(f"a{i} = q{i}\n" for i in range(200)) + "output y = x\n"
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(text).check()
    assert len(caught.value.diagnostics) == DEFAULT_LIMITS.errors
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(text, limits={"errors": 7}).check()
    assert len(caught.value.diagnostics) == 7


def test_long_words_are_cut_in_messages() -> None:
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(f"model m\ninput x: float32[N, 4]\noutput y = {'a' * 900}\n").check()
    assert len(str(caught.value)) < 400


def test_warnings_do_not_take_the_place_of_errors() -> None:
    unused = "".join(f"a{i} = {i}\n" for i in range(80))
    text = f"model m\ninput x: float32[N, 4]\n{unused}output y = x\nexpect: params == 5\n"
    with pytest.raises(specc.SpecError) as caught:
        specc.loads(text).check()
    codes = [d.code for d in caught.value.diagnostics]
    assert codes.count("SP5001") == 1 and codes.count("SP2101") == DEFAULT_LIMITS.errors
