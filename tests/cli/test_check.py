"""`specc check`, and what all commands have in common."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import LENET, WRONG, specc

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("lenet.specc").write_text(LENET, encoding="utf-8")
    Path("wrong.specc").write_text(WRONG, encoding="utf-8")


def process(*arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "specc", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **settings)  # type: ignore[call-overload,no-any-return]


def test_a_good_spec_takes_one_line(capsys: Capture) -> None:
    result = specc(capsys, "check", "lenet.specc")
    assert (result.code, result.err) == (0, "")
    assert result.out == "lenet.specc: ok, 61,706 parameters, 416,520*N MACs\n"


def test_sizes_give_numbers(capsys: Capture) -> None:
    result = specc(capsys, "check", "lenet.specc", "-b", "N=2")
    assert result.out == "lenet.specc: ok, 61,706 parameters, 833,040 MACs at N = 2\n"


def test_quiet_says_nothing_of_good_specs(capsys: Capture) -> None:
    result = specc(capsys, "check", "lenet.specc", "-q")
    assert (result.code, result.out, result.err) == (0, "", "")


def test_every_mistake_of_every_spec_is_shown(capsys: Capture) -> None:
    result = specc(capsys, "check", "wrong.specc", "missing.specc", "lenet.specc", ".")
    assert result.code == 1
    assert result.out == "lenet.specc: ok, 61,706 parameters, 416,520*N MACs\n"
    assert "linaer" in result.err
    assert "did you mean `linear`" in result.err
    assert "`q`" in result.err
    assert "cannot read `missing.specc`" in result.err
    assert "`.` is a folder" in result.err
    assert result.err.endswith("\n4 errors\n")
    assert "Traceback" not in result.err


def test_diagnostics_as_json(capsys: Capture) -> None:
    result = specc(capsys, "check", "wrong.specc", "lenet.specc", "--diagnostics", "json")
    found = json.loads(result.err)
    assert result.code == 1
    assert [(entry["file"], entry["line"], entry["severity"]) for entry in found] == [
        ("wrong.specc", 3, "error"),
        ("wrong.specc", 4, "error"),
    ]
    assert json.loads(specc(capsys, "check", "lenet.specc", "--diagnostics", "json").err) == []


def test_diagnostics_as_sarif(capsys: Capture) -> None:
    result = specc(capsys, "check", "wrong.specc", "--diagnostics", "sarif")
    log = json.loads(result.err)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert result.code == 1
    assert log["version"] == "2.1.0"
    assert [rules[entry["ruleIndex"]] for entry in run["results"]] == [entry["ruleId"] for entry in run["results"]]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "wrong.specc"
    assert place["region"] == {"startLine": 3, "startColumn": 28, "endLine": 3, "endColumn": 34}
    assert "did you mean `linear`?" in run["results"][0]["message"]["text"]


def test_labels_are_related_locations_of_sarif(capsys: Capture) -> None:
    Path("sum.specc").write_text("model s\ninput a: float32[2]\ninput b: float32[3]\noutput y = a + b\n")
    (run,) = json.loads(specc(capsys, "check", "sum.specc", "--diagnostics", "sarif").err)["runs"]
    (result,) = run["results"]
    lines = [entry["physicalLocation"]["region"]["startLine"] for entry in result["relatedLocations"]]
    assert lines == [2, 3]


def test_diagnostics_as_github_annotations(capsys: Capture) -> None:
    result = specc(capsys, "check", "wrong.specc", "--diagnostics", "github")
    first = result.err.splitlines()[0]
    assert first.startswith("::error title=SP2001 ")
    assert ",file=wrong.specc,line=3,endLine=3,col=28,endColumn=34::" in first
    assert first.endswith("%0Ahelp: did you mean `linear`?")


def test_a_failed_expectation_is_an_error(capsys: Capture) -> None:
    Path("lenet.specc").write_text(LENET.replace("61_706", "61_707"), encoding="utf-8")
    result = specc(capsys, "check", "lenet.specc")
    assert result.code == 1
    assert "61,707" in result.err and "61,706" in result.err


def test_parameters(capsys: Capture) -> None:
    assert "61,706" in specc(capsys, "check", "lenet.specc", "-D", "classes=10").out
    unknown = specc(capsys, "check", "lenet.specc", "-D", "clases=10")
    assert unknown.code == 1
    assert "did you mean `classes`?" in unknown.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("check",),
        ("check", "lenet.specc", "--frobnicate"),
        ("frobnicate",),
        (),
        ("check", "lenet.specc", "-b", "N"),
        ("check", "lenet.specc", "-b", "N=ten"),
        ("check", "lenet.specc", "-b", "N=1.5"),
        ("check", "lenet.specc", "-D", "classes"),
        ("check", "lenet.specc", "-D", "classes=[1"),
        ("check", "lenet.specc", "-D", "classes=1 + 1"),
        ("check", "lenet.specc", "-D", "classes="),
        ("check", "lenet.specc", "-D", "1x=2"),
        ("compile", "lenet.specc", "--dtype", "float31"),
        ("report", "lenet.specc", "--format", "pdf"),
        ("compile", "lenet.specc", "--seed", "-1"),
    ],
)
def test_a_wrong_command_line_is_2(capsys: Capture, arguments: tuple[str, ...]) -> None:
    result = specc(capsys, *arguments)
    assert (result.code, result.out) == (2, "")
    assert "usage: specc" in result.err


@pytest.mark.parametrize("command", ["check", "compile", "report", "run", "fmt", "layers", "zoo", "explain"])
def test_help_has_examples(capsys: Capture, command: str) -> None:
    result = specc(capsys, command, "--help")
    assert result.code == 0
    assert f"examples:\n  specc {command}" in result.out


def test_version(capsys: Capture) -> None:
    assert specc(capsys, "--version").out == "specc 0.1.0\n"


def test_unreadable_files(capsys: Capture) -> None:
    Path("latin.specc").write_bytes(b"# \xe9\nmodel a\n")
    os.mkfifo("pipe.specc")
    Path("loop.specc").symlink_to("loop.specc")
    result = specc(capsys, "check", "latin.specc", "pipe.specc", "loop.specc", "a\0b")
    assert result.code == 1
    assert result.err.endswith("\n4 errors\n")


def test_a_closed_pipe_is_no_traceback() -> None:
    command = f"{sys.executable} -m specc explain | true"
    found = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert found.stderr == ""


def test_output_without_unicode() -> None:
    Path("wrong.specc").write_text("model a\ninput x: float32[N]\noutput ö = x\n", encoding="utf-8")
    found = process("check", "wrong.specc", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    assert "\\xf6" in found.stderr


def test_the_check_path_loads_no_heavy_package() -> None:
    heavy = "{'numpy', 'onnx', 'onnxruntime', 'networkx', 'rich'}"
    code = f"import sys; from specc.cli.main import main; main(['check', 'zoo:lenet5', 'lenet.specc', 'wrong.specc'])\
\nprint(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert found.stdout.splitlines()[-1] == "[]"
