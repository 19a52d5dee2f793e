"""Checkpoints larger than what may be held: peak memory of a process that compiles with one."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).resolve().parents[2] / "benchmarks" / "weights" / "stream.py"
COUNT, WIDTH = 5, 4096
TENSOR_MIB = WIDTH * WIDTH * 4 >> 20
ALLOWED_MIB = 140
"""All tensors together are 320 MiB. Two tensors of this size are written at a time."""


@pytest.mark.parametrize(
    ("case", "held"), [("as stored", 0), ("float16 to float32", 0), ("turned by a rule", 2 * TENSOR_MIB)]
)
def test_memory_stays_low(case: str, held: int, tmp_path: Path) -> None:
    spec = spec_from_file_location("stream", BENCHMARK)
    assert spec is not None and spec.loader is not None
    stream = module_from_spec(spec)
    spec.loader.exec_module(stream)
    found = stream.measured(case, COUNT, WIDTH, str(tmp_path))
    assert found["peak_mib"] - found["started_with_mib"] <= held + ALLOWED_MIB
