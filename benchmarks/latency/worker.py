"""A process that holds one contender and runs it when it is asked: JSON lines in, JSON lines out.

The first line describes the contender. Then `{"do": "outputs", "path": FILE}` saves what it makes of the inputs, and
`{"do": "time", "runs": K}` answers the seconds of K runs, with `"warm": true` after one that does not count. With one
thread these are seconds of processor time: those of the clock on an idle machine, and not lengthened by other processes
on a busy one.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

PR_SET_PDEATHSIG = 1
"""Of Linux: end with the driver, stopped or not."""
Made = Mapping[str, np.ndarray]
Call = Callable[[], object]


def ort_session(contender: Mapping[str, object]) -> object:
    """A session with the runtime's defaults, or with those of specc for its own models."""
    path, threads = str(contender["model"]), int(str(contender["threads"]))
    if contender["kind"] == "specc":
        from specc.runtime.session import SessionSettings, open_session

        return open_session(Path(path), SessionSettings(threads=threads)).native
    import onnxruntime as ort

    wanted: dict[str, str] = dict(contender["options"])  # type: ignore[call-overload]
    options = ort.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = threads, 4
    disabled = wanted.pop("disabled", "").split()
    options.enable_mem_pattern = wanted.pop("memory_pattern", "1") == "1"
    options.enable_cpu_mem_arena = wanted.pop("arena", "1") == "1"
    if "level" in wanted:
        options.graph_optimization_level = getattr(ort.GraphOptimizationLevel, f"ORT_{wanted.pop('level')}")
    if "parallel" in wanted:
        options.execution_mode = ort.ExecutionMode.ORT_PARALLEL
        options.inter_op_num_threads = int(wanted.pop("parallel"))
    for key, value in wanted.items():
        options.add_session_config_entry(key, value)
    return ort.InferenceSession(path, options, providers=["CPUExecutionProvider"], disabled_optimizers=disabled)


def ort_calls(contender: Mapping[str, object], feeds: dict[str, np.ndarray]) -> tuple[Call, Callable[[], Made]]:
    """What is timed, and what gives the outputs, of an ONNX file."""
    import onnxruntime as ort

    session = ort_session(contender)
    names = [port.name for port in session.get_outputs()]  # type: ignore[attr-defined]
    taken = {port.name for port in session.get_inputs()}  # type: ignore[attr-defined]
    taken |= {port.name for port in session.get_overridable_initializers()}  # type: ignore[attr-defined]
    given = {key: value for key, value in feeds.items() if key in taken}

    def once() -> Made:
        return dict(zip(names, session.run(None, given), strict=True))  # type: ignore[attr-defined]

    if not contender["steps"]:
        return once, once
    bound = {key: ort.OrtValue.ortvalue_from_numpy(value) for key, value in given.items()}
    fed = [(place, f"past_key_values.{name.removeprefix('present.')}") for place, name in enumerate(names)]
    pairs, logits = [pair for pair in fed if pair[1] in bound], names.index("logits")

    def decode() -> Made:
        now, tokens = dict(bound), []
        for _ in range(int(str(contender["steps"]))):
            made = session.run_with_ort_values(names, now)  # type: ignore[attr-defined]
            token = made[logits].numpy()[:, -1:].argmax(-1)
            tokens.append(token)
            now = {name: made[place] for place, name in pairs}
            now["input_ids"] = ort.OrtValue.ortvalue_from_numpy(token)
        return {"tokens": np.concatenate(tokens, 1)}

    return decode, lambda: {**once(), **decode()}


def torch_calls(contender: Mapping[str, object], feeds: dict[str, np.ndarray]) -> tuple[Call, Callable[[], Made]]:
    """What is timed, and what gives the outputs, of a PyTorch module, perhaps compiled."""
    import torch
    from nets import NETS
    from peers import built

    torch.set_num_threads(int(str(contender["threads"])))
    name, kind, steps = str(contender["net"]), contender["kind"], int(str(contender["steps"]))
    net: Callable[..., object] = built(name)
    if kind == "autotune":
        torch._inductor.config.freezing = True
    if kind in ("compile", "autotune"):
        mode = "max-autotune-no-cudagraphs" if kind == "autotune" else "default"
        net = torch.compile(net, mode=mode, dynamic=True if steps else None)
    guard = torch.inference_mode if kind == "eager" else torch.no_grad
    given = [torch.from_numpy(value) for value in feeds.values()]

    def once() -> object:
        with guard():
            return net(*given)

    def outputs() -> Made:
        made = once()
        made = made if isinstance(made, tuple) else (made,)
        arrays = {key: value.numpy() for key, value in zip(NETS[name].outputs, made, strict=True)}
        return {**arrays, **(decode() if steps else {})}

    def decode() -> Made:
        now, tokens = list(given), []
        with guard():
            for _ in range(steps):
                logits, *past = net(*now)  # type: ignore[misc]
                tokens.append(logits[:, -1:].argmax(-1))
                now = [tokens[-1], *past]
            return {"tokens": torch.cat(tokens, 1).numpy()}

    return (decode if steps else once), outputs


def main() -> None:
    """Serve until the input ends."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    contender = json.loads(sys.stdin.readline())
    feeds = dict(np.load(str(contender["feeds"])))
    make = ort_calls if contender["kind"] in ("specc", "ort") else torch_calls
    clock = time.process_time if contender["threads"] == 1 else time.perf_counter
    run, outputs = make(contender, feeds)
    print("ready", file=replies, flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        times: list[float] = []
        if request["do"] == "outputs":
            np.savez(request["path"], **outputs())
        else:
            if request["warm"]:
                run()
            for _ in range(request["runs"]):
                start = clock()
                run()
                times.append(clock() - start)
        print(json.dumps(times), file=replies, flush=True)


if __name__ == "__main__":
    main()
