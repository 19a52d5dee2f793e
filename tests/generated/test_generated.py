"""Properties of specs that are made at random, each spec by its number."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from campaign import INDEXED
from properties import (
    accepted,
    digest,
    formatting_keeps_it,
    it_computes_what_onnx_says,
    it_runs,
    its_graph_reads_back,
    macs_are_those_of_the_nodes,
    parameters_are_counted_once,
    the_runtime_rewrites_it_rightly,
)
from slipped import slipped
from spec_maker import make_spec

from specc.base.diagnostics import Reporter
from specc.base.limits import DEFAULT_LIMITS
from specc.driver import formatted, open_spec
from specc.syntax.read import read_module, syntax_of

ROOT = Path(__file__).parents[2]
REJECTED = 0.2
"""Share of made specs that may be rejected; about one in fifty is."""
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("specs", "examples", "tests")
    for pattern in ("*.specc", "*.yaml")
    for path in (ROOT / folder).rglob(pattern)
    if path.name != "zoo.yaml" and "errors" not in path.parts
)


def few(rejected: list[int], count: int) -> None:
    assert len(rejected) <= REJECTED * count, rejected


@pytest.mark.parametrize("first", range(0, 100, 25))
def test_what_is_accepted_runs(first: int) -> None:
    rejected: list[int] = []
    for seed in range(first, first + 25):
        made = accepted(make_spec(seed))
        if made is None:
            rejected.append(seed)
        else:
            it_runs(made, seed)
    few(rejected, 25)


@pytest.mark.parametrize("first", range(100, 175, 25))
def test_it_computes_what_onnx_says(first: int) -> None:
    compared = 0
    for seed in range(first, first + 25):
        made = accepted(make_spec(seed))
        if made:
            compared += it_computes_what_onnx_says(made, seed)
            the_runtime_rewrites_it_rightly(made, seed)
    assert compared >= 45


@pytest.mark.parametrize("first", range(200, 260, 20))
def test_formatting_keeps_the_graph(first: int) -> None:
    for seed in range(first, first + 20):
        text = make_spec(seed)
        if accepted(text):
            formatting_keeps_it(text)


@pytest.mark.parametrize("first", (600, 630))
def test_a_slip_is_reported_or_harmless(first: int) -> None:
    """A number or name that is another one, a promise left out: nothing that is accepted then fails when it runs."""
    rejected = 0
    for seed in range(first, first + 30):
        text = slipped(make_spec(seed), seed)
        if any(name in text for name in INDEXED):
            continue
        made = accepted(text)
        rejected += made is None
        if made:
            it_runs(made, seed)
    assert rejected >= 3


@pytest.mark.parametrize("name", FILES)
def test_formatting_keeps_the_files(name: str) -> None:
    origin = open_spec(str(ROOT / name))
    text, yaml = formatted(origin, "specc"), formatted(origin, "yaml")
    wanted = _tree(origin.source.text, name)
    assert _tree(text, "a.specc") == wanted
    assert _tree(yaml, "a.yaml") == wanted


def _tree(text: str, name: str) -> tuple[object, list[str]]:
    """Statements and comments; formatted again, nothing changes."""
    from specc.driver import Origin
    from specc.syntax.files import text_source

    origin = Origin(text_source(text, name, DEFAULT_LIMITS), syntax_of(name), None, {})
    reporter = Reporter()
    module = read_module(origin.source, reporter, DEFAULT_LIMITS, origin.syntax)
    reporter.raise_if_failed()
    if name.startswith("a."):
        assert formatted(origin) == text
    return module.statements, [comment.text.strip() for comment in module.comments]


@pytest.mark.parametrize("first", range(300, 360, 30))
def test_the_graph_reads_back(first: int) -> None:
    for seed in range(first, first + 30):
        made = accepted(make_spec(seed))
        if made:
            its_graph_reads_back(made.graph)


def test_a_compile_is_repeatable(tmp_path: Path) -> None:
    seeds = [seed for seed in range(400, 412) if accepted(make_spec(seed))]
    sums = [digest(make_spec(seed), tmp_path) for seed in seeds]
    assert [digest(make_spec(seed), tmp_path) for seed in seeds] == sums
    code = (
        "import sys; from pathlib import Path; from spec_maker import make_spec; from properties import digest\n"
        "for seed in sys.argv[2:]: print(digest(make_spec(int(seed)), Path(sys.argv[1])))"
    )
    for hash_seed in ("1", "2"):
        folders = os.pathsep.join((str(Path(__file__).parent), str(ROOT)))
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": folders}
        command = [sys.executable, "-c", code, str(tmp_path), *map(str, seeds)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        assert done.stdout.splitlines() == sums, hash_seed


def test_parameters_are_counted_once() -> None:
    for seed in range(500, 540):
        made = accepted(make_spec(seed))
        if made:
            parameters_are_counted_once(made)


@pytest.mark.parametrize("first", (700, 730))
def test_macs_are_those_of_the_nodes(first: int) -> None:
    counted = 0
    for seed in range(first, first + 30):
        made = accepted(make_spec(seed))
        if made:
            counted += macs_are_those_of_the_nodes(made, seed)
    assert counted >= 50
