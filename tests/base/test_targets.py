"""Targets: those that come with the program, and what is wrong with bad ones."""

from __future__ import annotations

from pathlib import Path

import onnxruntime as ort
import pytest

from specc.base.diagnostics import SpecError
from specc.base.machine import Machine
from specc.base.source import Source
from specc.base.targets import BASES, Target, load_target, read_target, target_names

GOOD = "name: mine\ndoc: A board.\nopset: 20\nir_version: 9\nsession: {session.intra_op.allow_spinning: 0}\n"


def test_shipped_targets_are_what_the_runtime_takes() -> None:
    assert set(BASES) < set(target_names())
    for name in BASES:
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


MACHINE = """name: mine
doc: A board.
base: cuda
machine:
  peak: {float32: 1e12, float16: 8.5e12}
  bandwidth: 100e9
  capacity: 8_000_000_000
  overhead: 5e-6
  sources: {peak: a, bandwidth: b, capacity: c, overhead: d}
"""


def read(text: str) -> Target:
    return read_target(Source("mine.yaml", text))


def test_figures_of_a_device() -> None:
    target = read(MACHINE)
    assert (target.opset, target.device, target.providers[0]) == (21, "cuda", "CUDAExecutionProvider")
    assert target.machine == Machine(
        {"float32": 1e12, "float16": 8.5e12},
        100e9,
        8_000_000_000,
        5e-6,
        sources={"peak": "a", "bandwidth": "b", "capacity": "c", "overhead": "d"},
    )


@pytest.mark.parametrize(
    ("old", "new", "code", "message"),
    [
        ("1e12", "-1e12", "SP6214", "`float32` has to be a number above 0"),
        ("1e12", ".inf", "SP6214", "`float32` has to be a number above 0"),
        ("float16", "half", "SP6213", "the key `half` means nothing in a mapping of element types"),
        ("bandwidth: 100e9", "bandwith: 100e9", "SP6213", "the key `bandwith` means nothing in `machine`"),
        ("  overhead: 5e-6\n", "", "SP6214", "`overhead` has to be given in `machine`"),
        ("overhead: d", "over: d", "SP6214", "`sources.overhead` has to be given"),
        ("8_000_000_000", "8 GB", "SP6214", "`capacity` has to be a number of bytes"),
        ("{float32: 1e12, float16: 8.5e12}", "fast", "SP6214", "`peak` has to be a mapping of element types"),
        ("{float32: 1e12, float16: 8.5e12}", "{}", "SP6214", "`peak` has to be a mapping of element types"),
        (
            "  overhead: 5e-6\n",
            "  overhead: 5e-6\n  overlap: 1.5\n",
            "SP6214",
            "`overlap` has to be a number from 0 to 1",
        ),
        ("base: cuda", "base: h100", "SP6214", "`base` has to be one of cpu, cuda, portable"),
    ],
)
def test_wrong_figures(old: str, new: str, code: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        read(MACHINE.replace(old, new))
    found = [(d.code, d.message) for d in caught.value.diagnostics if d.message.startswith(message)]
    assert found and found[0][0] == code, [d.message for d in caught.value.diagnostics]


@pytest.mark.parametrize("name", sorted(set(target_names()) - set(BASES)))
def test_devices(name: str) -> None:
    """Peaks that the vendors' data sheets relate to each other, in an order that any device has."""
    machine = load_target(name).machine
    assert machine is not None
    assert set(machine.sources) == {"peak", "bandwidth", "capacity", "cache", "overhead", "multiple"}
    order = ("float64", "float32", "tfloat32", "float16", "float8", "int4")
    rates = [machine.peak[dtype] for dtype in order if dtype in machine.peak]
    assert rates == sorted(rates)
    assert machine.cache < machine.capacity and 1e9 < machine.bandwidth < 1e13
    if "bfloat16" in machine.peak and "float16" in machine.peak:
        assert machine.peak["bfloat16"] == machine.peak["float16"]
    if "int8" in machine.peak and "float16" in machine.peak:
        assert machine.peak["int8"] == pytest.approx(2 * machine.peak["float16"], rel=0.01)
