"""One bad spec, or one command, for each code, and the message that it gets: `cases/CODE.specc` or `.yaml`, the command
in `CODE.cmd` where it is not `check`, the message in `CODE.txt`.

A file may be called `CODE-WORD` where one code has several cases. `--update-messages` writes the messages anew.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from made_files import make_files

from specc.cli.main import main
from specc.mistakes import mistakes

CASES = Path(__file__).parent / "cases"
NAMES = sorted({path.stem for path in CASES.iterdir()})
SPECS = (".specc", ".yaml")
ELSEWHERE = {
    "SP4102": "tests/weights/test_first_values.py: a list of values is checked against the shape when it is read",
    "SP4206": "tests/weights/test_checkpoints.py: rules that `check` has accepted",
    "SP4211": "tests/weights/test_other_files.py: a tensor of an integer type of less than a byte",
    "SP4236": "tests/weights/test_contract.py: a value of the Python interface",
    "SP4901": "tests/test_api.py: a value of the Python interface",
    "SP6002": "tests/emit/test_write.py: a model asked for in one piece",
    "SP6102": "tests/lower/test_lowering.py: a graph that no spec spells",
    "SP6239": "tests/quantise/test_accuracy.py: it takes a model of many layers",
    "SP6242": "tests/quantise/test_static.py: it depends on the processor",
    "SP6241": "tests/quantise/test_calibration.py: it takes a large model",
    "SP7002": "tests/runtime/test_session.py: the message depends on the machine",
    "SP7401": "tests/cli/test_verify.py: it needs a rewrite that is wrong",
    "SP7302": "tests/runtime/test_placement.py: it needs libraries that stand for a device",
}
"""Codes that no file and no command leads to, and the test that shows their message."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every spec and every file that a case names."""
    made = tmp_path_factory.mktemp("cases")
    for path in CASES.iterdir():
        if path.suffix in SPECS:
            shutil.copy(path, made)
    make_files(made)
    return made


def _arguments(name: str) -> list[str]:
    command = CASES / f"{name}.cmd"
    if command.is_file():
        return shlex.split(command.read_text(encoding="utf-8"))
    (spec,) = (CASES / f"{name}{ending}" for ending in SPECS if (CASES / f"{name}{ending}").is_file())
    return ["check", spec.name]


@pytest.mark.parametrize("name", NAMES)
def test_message(
    name: str,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("specc.calibrate.quantising.short_sums", lambda: False)
    before = sorted(folder.rglob("*"))
    code = main(_arguments(name))
    shown = capsys.readouterr().err
    golden = CASES / f"{name}.txt"
    if request.config.getoption("--update-messages"):
        golden.write_text(shown, encoding="utf-8")
    severities = {code: word for word, code in re.findall(r"^(error|warning)\[(SP\d{4})\]", shown, re.MULTILINE)}
    assert name.partition("-")[0] in severities
    assert code == int("error" in severities.values())
    assert shown == golden.read_text(encoding="utf-8")
    assert code == 0 or sorted(folder.rglob("*")) == before, "something was written"


@pytest.mark.parametrize("name", NAMES)
def test_message_says_what_to_do(name: str) -> None:
    text = (CASES / f"{name}.txt").read_text(encoding="utf-8")
    assert "= help: " in text


def test_every_code_has_a_case() -> None:
    shown = {name.partition("-")[0] for name in NAMES} | ELSEWHERE.keys()
    assert shown == mistakes().keys()
    for code, place in ELSEWHERE.items():
        test = Path(__file__).parent.parent.parent / place.partition(":")[0]
        assert code in test.read_text(encoding="utf-8")
