"""Models on a CUDA device: equal to the CPU with TF32 off, where each node ran, and latency beside PyTorch.

`python benchmarks/cuda/check.py OUT.json [--layers] [--zoo] [--dtype float16]` needs a device, onnxruntime-gpu, and for
the peers torchvision and transformers. The example of each layer and each model run once on both: on the CPU in
float32, nothing rewritten, on the device as compiled for it. Models are timed with inputs and outputs bound on the device,
interleaved: as compiled, without what the target adds (`-O1`), with sizes fixed in a CUDA graph, and PyTorch in eager
mode and compiled, with and without CUDA graphs, all in one element type.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
import onnxruntime as ort

import specc
from specc.api import Spec
from specc.emit.trace import noted_session
from specc.ir.graph import Graph
from specc.layers.registry import documented_layers
from specc.report.layer_reference import layer_doc

Feeds = dict[str, np.ndarray]
LIMITS = {"float32": 1e-4, "float16": 1e-2, "bfloat16": 4e-2}
ASSIGNED = re.compile(r"^([a-z_]\w*(?:, \(?\w+|\w+\)|, \w+)*\)?) = ", re.MULTILINE)
ZOO: dict[str, dict[str, int]] = {
    "resnet50": {"N": 1},
    "mobilenet_v2": {"N": 1},
    "densenet121": {"N": 1},
    "inception_v3": {"N": 1},
    "efficientnet_b0": {"N": 1},
    "convnext_tiny": {"N": 1},
    "vit_b_16": {"N": 1},
    "bert_base": {"N": 1, "T": 128},
    "gpt2": {"N": 1, "T": 128},
    "gpt2_cached": {"N": 1, "T": 1, "P": 127},
    "transformer_base": {"N": 1, "S": 128, "T": 128},
    "lstm_lm": {"N": 1, "T": 35},
    "clip_vit_b_32": {"N": 1, "M": 1, "T": 77},
}


@dataclass(slots=True)
class Shown:
    """One comparison: the largest relative error, nodes by provider, copies, operators on the CPU."""

    name: str
    error: float | None = None
    nodes: dict[str, int] = field(default_factory=dict)
    copies: int = 0
    on_cpu: dict[str, int] = field(default_factory=dict)
    milliseconds: dict[str, float] = field(default_factory=dict)
    failed: str = ""


def options(profile: Path | None = None) -> ort.SessionOptions:
    """Options of a silent session, which may write a profile."""
    made = ort.SessionOptions()
    made.log_severity_level = 4
    if profile is not None:
        made.enable_profiling, made.profile_file_prefix = True, str(profile)
    return made


def load(model: str, profile: Path | None = None, **provider: str) -> ort.InferenceSession:
    """A session on the device, as the model notes it."""
    noted = noted_session(Path(model))
    assert noted is not None
    cuda = ("CUDAExecutionProvider", {**noted.provider_options, "use_tf32": "0", **provider})
    disabled = list(noted.disabled_optimizers)
    providers = [cuda, "CPUExecutionProvider"]
    return ort.InferenceSession(model, options(profile), providers=providers, disabled_optimizers=disabled)


def random_feeds(graph: Graph, sizes: Mapping[str, int], seed: int = 0) -> Feeds:
    """Numbers for the inputs: positive and below one, indices 0, 1, 0, ... in turn."""
    from specc.analysis.bindings import Binder

    rng, binder = np.random.default_rng(seed), Binder(sizes)
    made: Feeds = {}
    for entry in graph.inputs:
        type_ = entry.value.type
        shape = [binder.value(dim) or 0 for dim in type_.shape]
        kind = str(type_.dtype)
        if entry.default is not None:
            made[entry.value.name] = np.full(shape, entry.default, kind)
        elif kind.startswith(("int", "uint", "bool")):
            made[entry.value.name] = (np.arange(np.prod(shape, dtype=int)) % 2).reshape(shape).astype(kind)
        else:
            made[entry.value.name] = rng.uniform(0.1, 0.9, shape).astype(kind)
    return made


def compare(name: str, spec: Spec, sizes: Mapping[str, int], dtype: str) -> tuple[Shown, Feeds]:
    """Run on both devices."""
    shown, feeds = Shown(name), random_feeds(spec._resolved.graph, sizes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        plain = spec.compile(level=0).to_bytes()
        wanted = ort.InferenceSession(plain, options(), providers=["CPUExecutionProvider"]).run(None, feeds)
        spec.compile("cuda", dtype).save(path)
        session = load(str(path), Path(folder) / "profile")
        made = session.run(None, feeds)
        placed(json.loads(Path(session.end_profiling()).read_text()), shown)
    shown.error = max((error(x, y) for x, y in zip(made, wanted, strict=True)), default=0.0)
    return shown, feeds


def error(made: np.ndarray, wanted: np.ndarray) -> float:
    """Largest difference over the largest value."""
    if made.shape != wanted.shape:
        return float("inf")
    if not made.size:
        return 0.0
    one, other = made.astype(np.float64), wanted.astype(np.float64)
    if not np.array_equal(np.isnan(one), np.isnan(other)):
        return float("inf")
    largest = np.nanmax(np.abs(np.where(np.isfinite(other), other, 0)), initial=1e-6)
    return float(np.nanmax(np.abs(np.where(one == other, 0, one - other)), initial=0.0) / largest)


def placed(events: list[dict[str, object]], shown: Shown) -> None:
    """Providers of the kernels of a profile."""
    providers: Counter[str] = Counter()
    cpu: Counter[str] = Counter()
    for event in events:
        given = event.get("args")
        if event.get("cat") != "Node" or not isinstance(given, dict) or "provider" not in given:
            continue
        operator, provider = str(given.get("op_name")), str(given["provider"]).removesuffix("ExecutionProvider")
        if operator.startswith("Memcpy"):
            shown.copies += 1
            continue
        providers[provider] += 1
        cpu[operator] += provider == "CPU"
    shown.nodes, shown.on_cpu = dict(providers), {name: count for name, count in cpu.items() if count}


def layers(dtype: str) -> Iterator[Shown]:
    """The example of each layer."""
    for name, layer in documented_layers().items():
        text = layer_doc(layer).sections["Example"]
        names = [] if "output " in text else re.findall(r"\w+", " ".join(ASSIGNED.findall(text)))
        outputs = "".join(f"output {one}_out = {one}\n" for one in dict.fromkeys(names))
        try:
            spec = specc.loads(f"model example\n{text}\n{outputs}", syntax="specc")
            yield compare(name, spec, sizes_of(spec._resolved.graph), dtype)[0]
        except Exception as problem:
            yield Shown(name, failed=f"{type(problem).__name__}: {str(problem)[:300]}")


def sizes_of(graph: Graph) -> dict[str, int]:
    """A size for each symbol."""
    from specc.analysis.bindings import binding_mistakes, graph_symbols

    sizes = {symbol: max(8, graph.domain.low.get(symbol, 1)) for symbol in graph_symbols(graph)}
    if binding_mistakes(graph, sizes):
        return {symbol: graph.domain.unit.get(symbol, 1) * graph.domain.low.get(symbol, 1) for symbol in sizes}
    return sizes


def models(names: list[str], seconds: float, dtype: str) -> Iterator[Shown]:
    """Models of the zoo, timed as well."""
    for name in names:
        try:
            spec = specc.load(f"zoo:{name}")
            shown, feeds = compare(name, spec, ZOO[name], dtype)
            with tempfile.TemporaryDirectory() as folder:
                shown.milliseconds = timed(own_ways(spec, ZOO[name], dtype, feeds, Path(folder)), name, dtype, seconds)
            yield shown
        except Exception as problem:
            yield Shown(name, failed=f"{type(problem).__name__}: {str(problem)[:300]}")


def own_ways(
    spec: Spec, sizes: Mapping[str, int], dtype: str, feeds: Feeds, folder: Path
) -> dict[str, Callable[[], object]]:
    """What is called to run the compiled model: as it is, at `-O1`, and with fixed sizes in a CUDA graph."""
    ways: dict[str, Callable[[], object]] = {}
    choices: dict[str, tuple[dict[str, object], dict[str, str]]] = {
        "specc": ({}, {}),
        "specc -O1": ({"level": 1}, {}),
        "specc, graph": ({"bindings": dict(sizes)}, {"enable_cuda_graph": "1"}),
    }
    for name, (choice, provider) in choices.items():
        path = folder / f"{len(ways)}.onnx"
        spec.compile("cuda", dtype, **choice).save(path)
        session = load(str(path), **provider)
        ways[name] = partial(session.run_with_iobinding, bound(session, feeds))
    return ways


def bound(session: ort.InferenceSession, feeds: Feeds) -> ort.IOBinding:
    """Inputs and outputs in the device's memory, outputs at fixed places where their sizes are fixed."""
    binding = session.io_binding()
    for key, value in feeds.items():
        binding.bind_ortvalue_input(key, ort.OrtValue.ortvalue_from_numpy(value, "cuda", 0))
    for output in session.get_outputs():
        if all(isinstance(dim, int) for dim in output.shape) and output.type == "tensor(float)":
            place = ort.OrtValue.ortvalue_from_shape_and_type(output.shape, np.float32, "cuda", 0)
            binding.bind_ortvalue_output(output.name, place)
        else:
            binding.bind_output(output.name, "cuda")
    return binding


def timed(ways: dict[str, Callable[[], object]], name: str, dtype: str, seconds: float) -> dict[str, float]:
    """Median milliseconds of each way to run, one after another in turn."""
    import torch

    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    net = peer(name, dtype)
    if net is not None:
        module, given = net
        compiled, graphs = torch.compile(module), torch.compile(module, mode="reduce-overhead")
        ways |= {"eager": lambda: module(*given), "compiled": lambda: compiled(*given)}
        ways |= {"compiled, graph": lambda: graphs(*given)}
    times: dict[str, list[float]] = {key: [] for key in ways}
    with torch.no_grad():
        for _ in range(5):
            for way in ways.values():
                way()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for key, way in ways.items():
                torch.cuda.synchronize()
                start = time.perf_counter()
                way()
                torch.cuda.synchronize()
                times[key].append(time.perf_counter() - start)
    return {key: statistics.median(taken) * 1e3 for key, taken in times.items()}


def peer(name: str, dtype: str) -> tuple[Callable[..., object], tuple[object, ...]] | None:
    """The published class with random weights on the device, and its inputs."""
    import torch
    import torchvision
    import transformers

    kind, size = getattr(torch, dtype), 299 if name == "inception_v3" else 224
    image = torch.rand(1, 3, size, size, device="cuda", dtype=kind)
    if hasattr(torchvision.models, name):
        return getattr(torchvision.models, name)(weights=None).eval().cuda().to(kind), (image,)
    ids = torch.randint(0, 1000, (1, 128), device="cuda")
    if name == "bert_base":
        return transformers.BertModel(transformers.BertConfig()).eval().cuda().to(kind), (ids,)
    if name == "gpt2":
        config = transformers.GPT2Config(use_cache=False)
        return transformers.GPT2LMHeadModel(config).eval().cuda().to(kind), (ids,)
    return None


def main() -> int:
    """Exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", action="store_true")
    parser.add_argument("--zoo", nargs="*", default=None)
    parser.add_argument("--dtype", default="float32", choices=("float32", "float16", "bfloat16"))
    parser.add_argument("--seconds", type=float, default=3.0)
    given = parser.parse_args()
    made: dict[str, list[dict[str, object]]] = {"layers": [], "zoo": []}
    work = [("layers", layers(given.dtype))] if given.layers else []
    work += [("zoo", models(given.zoo or list(ZOO), given.seconds, given.dtype))] if given.zoo is not None else []
    for kind, results in work:
        for shown in results:
            made[kind].append(asdict(shown))
            given.out.write_text(json.dumps(made, indent=1))
            if (
                kind == "zoo"
                or shown.failed
                or (shown.error or 0) > LIMITS[given.dtype]
                or shown.on_cpu
                or shown.copies
            ):
                print(json.dumps(asdict(shown)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
