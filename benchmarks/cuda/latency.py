"""The nets of `benchmarks/latency` on a CUDA device beside PyTorch: equal with TF32 off, placement, and latency.

`python benchmarks/cuda/latency.py OUT.json [--nets ...] [--dtype float32 float16]` needs a device, onnxruntime-gpu, and
a PyTorch for CUDA with torchvision and transformers. Each net is a PyTorch module with random weights, and the spec
compiled with the same weights by name; both give what the module gives in float32. The nets of one element type get
ready at once, a process each, and are then timed one by one: all ways to run a net in turn, inputs and outputs bound
on the device. `python benchmarks/cuda/latency.py OUT.json --table` prints a table of the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime as ort

HERE = Path(__file__).resolve().parent
LATENCY = HERE.parent / "latency"
sys.path[:0] = [str(HERE), str(LATENCY)]

from nets import NETS, feeds_of  # noqa: E402

WAYS = ("specc", "specc -O1", "specc, graph", "eager", "compiled", "compiled, graph")
TIMED = [name for name, net in NETS.items() if not net.steps]
Calls = dict[str, Callable[[], object]]
Outputs = dict[str, Callable[[], list[np.ndarray]]]


def own(
    name: str, dtype: str, folder: Path, weights: Path, options: Mapping[str, str]
) -> tuple[Calls, dict[str, object], Outputs]:
    """Ways to run the compiled spec, what is known of its placement, and what reads the outputs of each way."""
    from check import Shown, bound, load, placed

    import specc

    net, feeds = NETS[name], feeds_of(name, 1)
    spec = specc.load(net.spec if ":" in net.spec else str(LATENCY / net.spec), **net.parameters)
    choices: dict[str, tuple[dict[str, object], dict[str, str]]] = {
        "specc": ({}, {}),
        "specc -O1": ({"level": 1}, {}),
        "specc, graph": ({"bindings": dict(net.sizes)}, {"enable_cuda_graph": "1"}),
    }
    calls: Calls = {}
    shown, outputs = Shown(name), Outputs()
    for way, (choice, provider) in choices.items():
        path = folder / f"{len(calls)}.onnx"
        spec.compile("cuda", dtype, weights, **choice).save(path)
        if way == "specc":
            session = load(str(path), folder / "profile", **options)
            session.run(None, feeds)
            placed(json.loads(Path(session.end_profiling()).read_text()), shown)
        session = load(str(path), **provider, **options)
        binding = bound(session, feeds)
        calls[way] = partial(session.run_with_iobinding, binding)
        outputs[way] = partial(read, binding, [port.name for port in session.get_outputs()], net.outputs)
    return calls, {"nodes": shown.nodes, "copies": shown.copies, "on_cpu": shown.on_cpu}, outputs


def read(binding: ort.IOBinding, names: list[str], wanted: tuple[str, ...]) -> list[np.ndarray]:
    """The outputs of the last run, in the order of the net."""
    made = dict(zip(names, binding.copy_outputs_to_cpu(), strict=True))
    return [made[name] for name in wanted]


def peers(name: str, dtype: str, weights: Path) -> tuple[Calls, list[np.ndarray]]:
    """Ways to run the PyTorch module, and what it gives in float32; its weights go to a file."""
    import torch
    import torchvision  # noqa: F401
    from peers import arguments_of, built, weights_of
    from safetensors.torch import save_file

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    module = built(name)
    save_file(weights_of(module), weights)
    given = [value.cuda() for value in arguments_of(name, 1)]
    module = module.cuda()
    with torch.no_grad():
        wanted = module(*given)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    kind = getattr(torch, dtype)
    module, given = module.to(kind), [value.to(kind) if value.is_floating_point() else value for value in given]
    compiled, graphs = torch.compile(module), torch.compile(module, mode="reduce-overhead")
    calls: Calls = {way: partial(call, *given) for way, call in zip(WAYS[3:], (module, compiled, graphs), strict=True)}
    return calls, [value.float().cpu().numpy() for value in wanted]


def worker(name: str, dtype: str, seconds: float, options: Mapping[str, str]) -> None:
    """One net: get ready, say so, and time it when told."""
    import torch
    from check import error

    replies = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        weights = Path(folder) / "weights.safetensors"
        theirs, wanted = peers(name, dtype, weights)
        calls, result, outputs = own(name, dtype, Path(folder), weights, options)
        failed, errors = dict[str, str](), dict[str, float]()
        for way, call in (calls | theirs).items():
            try:
                for _ in range(8):
                    call()
                torch.cuda.synchronize()
                calls[way] = call
                if way in outputs:
                    errors[way] = max(error(one, other) for one, other in zip(outputs[way](), wanted, strict=True))
            except Exception as problem:
                failed[way] = f"{type(problem).__name__}: {str(problem)[:200]}"
                calls.pop(way, None)
        print("ready", file=replies, flush=True)
        sys.stdin.readline()
        result |= {"errors": errors, "milliseconds": timed(calls, seconds), "failed": failed}
        print(json.dumps(result), file=replies, flush=True)


def timed(calls: Calls, seconds: float) -> dict[str, float]:
    """Median milliseconds of each way, in turn, up to the end of its work on the device."""
    import torch

    times: dict[str, list[float]] = {way: [] for way in calls}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for way, call in calls.items():
            torch.cuda.synchronize()
            start = time.perf_counter()
            call()
            torch.cuda.synchronize()
            times[way].append(time.perf_counter() - start)
    return {way: statistics.median(taken[3:] or taken) * 1e3 for way, taken in times.items()}


def measured(
    names: list[str], dtype: str, seconds: float, limit: float, options: Mapping[str, str]
) -> dict[str, object]:
    """All nets in one element type; those not ready in time are left out."""
    environment = os.environ | {"TORCHINDUCTOR_COMPILE_THREADS": "2", "OMP_NUM_THREADS": "2"}
    started, end = {}, time.monotonic() + limit
    logs = {name: tempfile.TemporaryFile("w+") for name in names}  # noqa: SIM115
    for name in names:
        command = [sys.executable, __file__, "-", "--worker", name, "--dtype", dtype, "--seconds", str(seconds)]
        command += ["--options", *(f"{key}={value}" for key, value in options.items())]
        started[name] = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=logs[name], text=True, env=environment
        )
    results: dict[str, object] = {}
    ready = {name: ask(process, "", end) for name, process in started.items()}
    for name, process in started.items():
        answer = ask(process, "go\n", time.monotonic() + seconds + 30) if ready[name] else ""
        if not answer:
            process.kill()
        process.wait()
        logs[name].seek(0)
        results[name] = json.loads(answer) if answer else {"failed": {"net": logs[name].read()[-600:]}}
    return results


def ask(process: subprocess.Popen[str], line: str, end: float) -> str:
    """The next line of a process, the empty one where it gives none before the end."""
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(line)
    process.stdin.flush()
    if select.select([process.stdout], [], [], max(0.0, end - time.monotonic()))[0]:
        return process.stdout.readline().strip()
    return ""


def table(results: Mapping[str, Mapping[str, Mapping[str, object]]]) -> str:
    """A row for each net and element type."""
    lines = [
        "| net | type | largest difference | nodes off CUDA | " + " | ".join(f"`{way}`" for way in WAYS) + " | ratio |"
    ]
    lines.append("| --- | --- | ---: | ---: |" + " ---: |" * (len(WAYS) + 1))
    for dtype, nets in results.items():
        for name, net in nets.items():
            times: Mapping[str, float] = net.get("milliseconds", {})  # type: ignore[assignment]
            ours, theirs = (
                [times[way] for way in ways if way in times] for ways in (("specc", "specc, graph"), WAYS[3:])
            )
            ratio = f"{min(theirs) / min(ours):.2f}x" if ours and theirs else ""
            cells = [f"{times[way]:.2f}" if way in times else "" for way in WAYS]
            off = sum(net.get("on_cpu", {}).values()) + net.get("copies", 0) if times else ""  # type: ignore
            difference = f"{max(net['errors'].values()):.1e}" if net.get("errors") else ""  # type: ignore
            lines.append(f"| `{name}` | {dtype} | {difference} | {off} | {' | '.join(cells)} | {ratio} |")
    return "\n".join(lines)


def main() -> int:
    """Exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--nets", nargs="*", default=TIMED)
    parser.add_argument("--dtype", nargs="*", default=["float32", "float16"])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--limit", type=float, default=240.0, help="seconds to get ready")
    parser.add_argument("--options", nargs="*", default=[], help="KEY=VALUE of the provider, for the compiled spec")
    parser.add_argument("--worker")
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    options = dict(one.split("=") for one in given.options)
    if given.worker:
        worker(given.worker, given.dtype[0], given.seconds, options)
        return 0
    results = json.loads(given.out.read_text()) if given.table else {}
    for dtype in given.dtype if not given.table else []:
        results[dtype] = measured(given.nets, dtype, given.seconds, given.limit, options)
        given.out.write_text(json.dumps(results, indent=1))
    print(table(results))
    return 0


if __name__ == "__main__":
    sys.exit(main())
