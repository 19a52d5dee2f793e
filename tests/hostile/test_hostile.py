"""Nothing that a file holds hurts: every case of the corpus ends soon, in little memory, with the right error.

Each case is `specc check FILE` in a fork of a process that has imported the program (`server.py`). Held to: the
processor time and the peak memory that the kernel counted for the fork (`PROGRAM_SECONDS` of the two seconds are left
for starting the interpreter and importing the program), the exit status, the first code, the count of errors, place and
caret of each, the length of all messages, no traceback. Some cases run as `python -m specc.cli.main` besides.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from speed import within

sys.path.insert(0, str(Path(__file__).parent))

from case import Case
from corpus import CASES
from serving import Run, Server

SECONDS, PROGRAM_SECONDS, MIB, LONGEST = 2.0, 0.4, 512, 25_000
WHOLE = 40
"""Every so manieth case runs as a program of its own, too."""
ERROR = re.compile(r"^error\[(SP\d{4})\]: ", re.MULTILINE)
PLACE = re.compile(r"^ *--> [^\n]*:\d+:\d+\n", re.MULTILINE)
CARET = re.compile(r"^ *\| .*\^", re.MULTILINE)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


AGAIN = 3
"""Runs that a case has beyond the first: what other programs take of the machine only ever adds to the time."""


def check_output(case: Case, run: Run) -> None:
    codes = ERROR.findall(run.err)
    assert run.status == 1, (run.status, run.err[-2000:])
    assert "Traceback" not in run.err
    assert codes[:1] == [case.code], run.err[:500]
    assert len(codes) <= case.errors, codes
    assert len(run.err) + len(run.out) <= LONGEST
    if case.placed:
        assert len(PLACE.findall(run.err)) >= len(codes)
        assert len(CARET.findall(run.err)) >= len(codes)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(case: Case, server: Server, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    run = server.run(["check", path.name], tmp_path)
    check_output(case, run)
    for _ in range(AGAIN):
        if within(run.processor, SECONDS - PROGRAM_SECONDS):
            break
        run = server.run(["check", path.name], tmp_path)
    assert within(run.processor, SECONDS - PROGRAM_SECONDS), f"{run.processor:.2f} s"
    assert run.memory <= MIB, f"{run.memory:.0f} MiB"


@pytest.mark.parametrize("case", CASES[::WHOLE], ids=[case.name for case in CASES[::WHOLE]])
def test_case_as_a_program(case: Case, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    command = [sys.executable, "-m", "specc.cli.main", "check", path.name]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(Path(part).resolve()) for part in sys.path if part)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    made = subprocess.run(
        command, cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    text = made.stderr.decode(errors="replace")
    check_output(case, Run(made.returncode, seconds, 0.0, 0.0, made.stdout.decode(errors="replace"), text))
    assert within(seconds, SECONDS), f"{seconds:.2f} s"


def test_the_corpus_is_large_and_its_names_differ() -> None:
    assert len(CASES) >= 400
    assert len({case.name for case in CASES}) == len(CASES)
