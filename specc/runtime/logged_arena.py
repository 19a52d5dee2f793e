"""What the runtime's arena takes for the tensors of a run, by its own log, in a process of its own.

That writes the log to standard error, with `MARK` between loading and running. The arena asks for no more than it
needs, and keeps no pattern of memory; weights stay as they are stored.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnxruntime as ort

from specc.base.diagnostics import fail
from specc.runtime.errors import RunFailed
from specc.runtime.session import open_logging
from specc.weights.arrays import Array

MARK = "=== run ==="
PREFIX = "input."
TOTAL = re.compile(r"Total allocated bytes: (\d+)")
CHILD = """import os, sys
sys.path[:] = sys.argv.pop(1).split(os.pathsep)
from specc.runtime.logged_arena import main
main(*sys.argv[1:])"""
"""It has the paths of this process, and not the current folder before them."""
_AS_REQUESTED = 1


def logged_arena(model: Path | bytes, inputs: Mapping[str, Array], threads: int = 0) -> int:
    """Bytes that the arena asks the system for in a first run on the CPU. Raises `SpecError` where that fails."""
    with TemporaryDirectory(prefix="specc-") as folder:
        path = Path(folder) / "model.onnx" if isinstance(model, bytes) else model
        if isinstance(model, bytes):
            path.write_bytes(model)
        given = {f"{PREFIX}{name}": array for name, array in inputs.items()}
        np.savez(Path(folder) / "inputs.npz", allow_pickle=False, **given)
        command = [sys.executable, "-c", CHILD, os.pathsep.join(sys.path)]
        command += [str(path), str(Path(folder) / "inputs.npz"), str(threads)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    loading, mark, running = done.stderr.partition(MARK)
    if done.returncode or not mark:
        last = done.stderr.strip().rpartition("\n")[2]
        raise fail(RunFailed("", "", f"the process that logs the arena has failed: {last[:300] or done.returncode}"))
    before, after = ([0, *map(int, TOTAL.findall(text))][-1] for text in (loading, loading + running))
    return after - before


def main(model: str, inputs: str, threads: str) -> None:
    """One session on an arena that logs, and one run."""
    memory = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    settings = ort.capi._pybind_state.OrtArenaCfg({"arena_extend_strategy": _AS_REQUESTED})
    ort.create_and_register_allocator(memory, settings)
    ort.set_default_logger_severity(0)
    session = open_logging(Path(model), int(threads))
    sys.stderr.write(f"{MARK}\n")
    sys.stderr.flush()
    session.run(None, {name.removeprefix(PREFIX): array for name, array in np.load(inputs).items()})
