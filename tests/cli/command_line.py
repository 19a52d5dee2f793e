"""Runs the command line inside the test's process."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from specc.cli.main import main


@dataclass(frozen=True)
class Result:
    """What a command gave."""

    code: int
    out: str
    err: str


def specc(capsys: pytest.CaptureFixture[str], *arguments: str) -> Result:
    """Run `specc ARGUMENTS`."""
    capsys.readouterr()
    code = main(list(arguments))
    captured = capsys.readouterr()
    return Result(code, captured.out, captured.err)


LENET = """\
model lenet5(classes = 10)

input image: float32[N, 1, 32, 32]

features = image -> conv(6, 5) as c1 -> tanh -> avgpool(2) -> conv(16, 5) as c3 -> tanh -> avgpool(2)

output logits: float32[N, classes] = features -> flatten -> linear(120) -> tanh -> linear(84) -> tanh -> linear(classes)

expect: params == 61_706, macs(N = 1) == 416_520
"""

WRONG = """\
model wrong
input x: float32[N, 4]
y = x -> linear(8) as a -> linaer(2)
z = q + 1
output y: float32[N, 2]
"""
