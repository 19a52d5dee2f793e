"""Runs a model once with an arena that logs what it asks for; the log is on stderr, `=== run ===` before the run.

python logged_run.py MODEL.onnx INPUTS.npz
"""

import sys

import numpy as np
import onnxruntime as ort

from specc.runtime.session import HARMFUL

EXACT_GROWTH = 1


def main(model: str, inputs: str) -> None:
    """One session on an arena of its own, one run."""
    memory = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    settings = ort.capi._pybind_state.OrtArenaCfg({"arena_extend_strategy": EXACT_GROWTH})
    ort.create_and_register_allocator(memory, settings)
    options = ort.SessionOptions()
    options.log_severity_level = 0
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("session.use_device_allocator_for_initializers", "1")
    options.add_session_config_entry("session.disable_prepacking", "1")
    ort.set_default_logger_severity(0)
    session = ort.InferenceSession(
        model, options, providers=["CPUExecutionProvider"], disabled_optimizers=list(HARMFUL)
    )
    sys.stderr.write("=== run ===\n")
    sys.stderr.flush()
    session.run(None, dict(np.load(inputs)))


if __name__ == "__main__":
    main(*sys.argv[1:])
