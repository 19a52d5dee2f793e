"""Measuring this machine: figures in the right order, a file that is read back."""

from __future__ import annotations

from pathlib import Path

import pytest

import specc
from specc import measure
from specc.base.source import Source
from specc.base.targets import read_target
from specc.cli.main import main


def test_time_of_calls() -> None:
    calls: list[int] = []
    assert 0 < measure.usual_seconds(lambda: calls.append(1), 0.01) < 0.01
    assert len(calls) > 5


def test_measured_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "SECONDS", 0.2)
    path = tmp_path / "mine.yaml"
    assert main(["targets", "--measure", "--threads", "1", "-o", str(path)]) == 0
    machine = read_target(Source("mine.yaml", path.read_text())).machine
    assert machine is not None
    assert 1e9 < machine.peak["float32"] < 1e13 and 1e9 < machine.conv_peak["float32"] < 1e13
    assert 1e8 < machine.bandwidth <= 4 * machine.cache_bandwidth
    assert 1e-9 <= machine.overhead < 1e-3 and 1e-9 <= machine.fork < 1e-3
    assert 0 <= machine.overlap <= 1 and machine.cache > 0
    assert (machine.inner_cache > 0) == (machine.inner_bandwidth > 0)
    assert "1 threads" in machine.sources["peak"]
    report = specc.load("zoo:lenet5").report(N=1, target=str(path))
    assert report.roofline is not None and 0 < report.roofline.seconds < 1
    assert sum(time.share for time in report.roofline.layers) == pytest.approx(1)
