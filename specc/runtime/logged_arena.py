"""What the runtime's arena takes for the tensors of a run, by its own log, in a process of its own.

    python -m specc.runtime.logged_arena MODEL.onnx INPUTS.npz

writes the log to standard error, with `MARK` between loading and running. The arena asks for no more than it needs, and
keeps no pattern of memory; weights stay as they are stored.
"""

from __future__ import annotations

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
from specc.runtime.session import CPU, HARMFUL
from specc.weights.arrays import Array

MARK = "=== run ==="
PREFIX = "input."
TOTAL = re.compile(r"Total allocated bytes: (\d+)")
_ALL = 0
_AS_REQUESTED = 1


def logged_arena(model: Path | bytes, inputs: Mapping[str, Array]) -> int:
    """Bytes that the arena asks the system for in a first run on the CPU. Raises `SpecError` where that fails."""
    with TemporaryDirectory(prefix="specc-") as folder:
        path = Path(folder) / "model.onnx" if isinstance(model, bytes) else model
        if isinstance(model, bytes):
            path.write_bytes(model)
        given = {f"{PREFIX}{name}": array for name, array in inputs.items()}
        np.savez(Path(folder) / "inputs.npz", allow_pickle=False, **given)
        command = [sys.executable, "-m", __name__, str(path), str(Path(folder) / "inputs.npz")]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)
    loading, mark, running = done.stderr.partition(MARK)
    if done.returncode or not mark:
        raise fail(RunFailed("", "", "the process that logs the arena has failed"))
    before, after = ([0, *map(int, TOTAL.findall(text))][-1] for text in (loading, loading + running))
    return after - before


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.log_severity_level = _ALL
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")
    options.add_session_config_entry("session.disable_prepacking", "1")
    return options


def main(model: str, inputs: str) -> None:
    """One session on an arena that logs, and one run."""
    memory = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    settings = ort.capi._pybind_state.OrtArenaCfg({"arena_extend_strategy": _AS_REQUESTED})
    ort.create_and_register_allocator(memory, settings)
    ort.set_default_logger_severity(_ALL)
    session = ort.InferenceSession(model, _options(), providers=[CPU], disabled_optimizers=list(HARMFUL))
    sys.stderr.write(f"{MARK}\n")
    sys.stderr.flush()
    session.run(None, {name.removeprefix(PREFIX): array for name, array in np.load(inputs).items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
