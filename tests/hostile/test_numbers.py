"""Each number in the example of each layer, one after another replaced by a huge one: checking ends soon, in little
memory, with a model or with errors that have a place."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from speed import within

sys.path.insert(0, str(Path(__file__).parent))

from serving import Run, Server
from test_hostile import MIB, PLACE, PROGRAM_SECONDS, SECONDS

from specc.layers.registry import documented_layers
from specc.report.layer_reference import layer_doc

NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
ASSIGNED = re.compile(r"^([a-z_]\w*(?:, \(?\w+|\w+\)|, \w+)*\)?) = ", re.MULTILINE)
HUGE = (10**7, 10**12, 10**400)


def model(layer: str) -> str:
    """The example of a layer as a model with what it assigns as outputs."""
    text = layer_doc(documented_layers()[layer]).sections["Example"]
    names = [] if "output " in text else re.findall(r"\w+", " ".join(ASSIGNED.findall(text)))
    shown = "".join(f"output {name}_out = {name}\n" for name in dict.fromkeys(names))
    return f"model example\n{text}\n{shown}"


def variants(text: str) -> Iterator[str]:
    """`text` with one number replaced."""
    for match in NUMBER.finditer(text):
        for number in HUGE:
            yield f"{text[: match.start()]}{number}{text[match.end() :]}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def check(run: Run, text: str) -> None:
    assert run.status in (0, 1), text
    assert "Traceback" not in run.err
    assert run.status == 0 or PLACE.search(run.err), text
    assert within(run.processor, SECONDS - PROGRAM_SECONDS), f"{run.processor:.2f} s: {text}"
    assert run.memory <= MIB, f"{run.memory:.0f} MiB: {text}"


@pytest.mark.parametrize("layer", list(documented_layers()))
def test_huge_numbers(layer: str, server: Server, tmp_path: Path) -> None:
    path = tmp_path / "net.specc"
    for text in variants(model(layer)):
        path.write_text(text, encoding="utf-8")
        check(server.run(["check", path.name], tmp_path), text)
