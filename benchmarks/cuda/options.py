"""Provider options for nets with convolutions on a CUDA device, beside those that the target names.

`python benchmarks/cuda/options.py OUT.json [--nets ...] [--dtype float32 float16]` times each net in a CUDA graph
with each set of options, all in turn, and compares what they give with the first set.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from check import bound, error, load
from latency import LATENCY, NETS, feeds_of, read, timed

import specc

SETS: dict[str, dict[str, str]] = {
    "target": {},
    "tf32": {"use_tf32": "1"},
    "nhwc": {"prefer_nhwc": "1"},
    "nhwc, tf32": {"prefer_nhwc": "1", "use_tf32": "1"},
    "exhaustive": {"cudnn_conv_algo_search": "EXHAUSTIVE"},
    "bias": {"fuse_conv_bias": "1"},
    "nhwc, exhaustive": {"prefer_nhwc": "1", "cudnn_conv_algo_search": "EXHAUSTIVE"},
    "nhwc, bias": {"prefer_nhwc": "1", "fuse_conv_bias": "1"},
}


def measured(name: str, dtype: str, seconds: float) -> dict[str, object]:
    """Milliseconds and the largest difference by set of options."""
    net, feeds = NETS[name], feeds_of(name, 1)
    spec = specc.load(net.spec if ":" in net.spec else str(LATENCY / net.spec), **net.parameters)
    calls: dict[str, Callable[[], object]] = {}
    errors: dict[str, float] = {}
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        spec.compile("cuda", dtype, bindings=dict(net.sizes)).save(path)
        wanted = None
        for options, provider in SETS.items():
            try:
                session = load(str(path), enable_cuda_graph="1", **provider)
                binding = bound(session, feeds)
                call = partial(session.run_with_iobinding, binding)
                for _ in range(5):
                    call()
                made = read(binding, [port.name for port in session.get_outputs()], net.outputs)
                wanted = wanted or made
                errors[options] = max(error(one, other) for one, other in zip(made, wanted, strict=True))
                calls[options] = call
            except Exception as problem:
                failed[options] = f"{type(problem).__name__}: {str(problem)[:200]}"
        return {"milliseconds": timed(calls, seconds), "errors": errors, "failed": failed}


def main() -> int:
    """Exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--nets", nargs="*", default=["resnet50", "mobilenet_v2", "googlenet", "unet"])
    parser.add_argument("--dtype", nargs="*", default=["float16", "bfloat16", "float32"])
    parser.add_argument("--seconds", type=float, default=1.0)
    given = parser.parse_args()
    results: dict[str, dict[str, object]] = {}
    for dtype in given.dtype:
        for name in given.nets:
            results.setdefault(dtype, {})[name] = found = measured(name, dtype, given.seconds)
            given.out.write_text(json.dumps(results, indent=1))
            print(dtype, name, json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
