"""int8 beside float32 and beside onnxruntime's own quantisation, in turns in one process.

`python benchmarks/int8/run.py [resnet50|bert_base] [--accuracy COSINE] [--rounds N] [--threads N]` prints medians,
ratios and cosines. Weights are those of a PyTorch or transformers class, batch norms hold the statistics of two batches
of normal images.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process

import specc
from specc.report.accuracy_text import accuracy_text
from specc.runtime.session import HARMFUL

ROOT = Path(__file__).parents[2]
SAMPLES = 8
PEER = "onnxruntime"
Feed = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A model of the zoo, weights for it, samples, and how its peer is quantised."""

    name: str
    weights: Callable[[], dict[str, np.ndarray]]
    samples: Callable[[], list[Feed]]
    form: str


def arrays(net: torch.nn.Module) -> dict[str, np.ndarray]:
    """The state dict of a module as arrays."""
    state = net.state_dict()
    return {name: value.numpy() for name, value in state.items() if not name.endswith("num_batches_tracked")}


def resnet_weights() -> dict[str, np.ndarray]:
    """Random weights of a ResNet-50, its batch norms with the statistics of random images."""
    sys.path.append(str(ROOT / "tests" / "parity"))
    from torch_twins import ResNet50

    torch.manual_seed(0)
    net = ResNet50().train()
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = None
    with torch.no_grad():
        for _ in range(2):
            net(torch.randn(8, 3, 224, 224))
    return arrays(net.eval())


def bert_weights() -> dict[str, np.ndarray]:
    """Random weights of transformers' BertModel."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    return arrays(BertModel(BertConfig()).eval())


def images() -> list[Feed]:
    """Normal images, one a sample."""
    generator = np.random.default_rng(0)
    return [{"image": generator.standard_normal((1, 3, 224, 224), np.float32)} for _ in range(SAMPLES)]


def tokens() -> list[Feed]:
    """Random tokens, one text a sample."""
    generator = np.random.default_rng(0)
    return [{"input_ids": generator.integers(0, 30_522, (1, 128))} for _ in range(SAMPLES)]


CASES = (Case("resnet50", resnet_weights, images, "static"), Case("bert_base", bert_weights, tokens, "dynamic"))


class Reader(CalibrationDataReader):
    """Hands the samples to onnxruntime's quantisation."""

    def __init__(self, samples: list[Feed]) -> None:
        self.left: Iterator[Feed] = iter(samples)

    def get_next(self) -> Feed | None:
        """The next sample."""
        return next(self.left, None)


def peer(case: Case, model: Path, samples: list[Feed], folder: Path) -> Path:
    """The float32 model quantised by onnxruntime, as it advises: u8 activations, s8 weights per channel."""
    made, prepared = folder / "peer.onnx", folder / "prepared.onnx"
    if case.form == "dynamic":
        quantize_dynamic(model, made, weight_type=QuantType.QInt8, per_channel=True)
        return made
    quant_pre_process(model, prepared, skip_symbolic_shape=True)
    quantize_static(
        prepared,
        made,
        Reader(samples),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
    )
    return made


def session(
    model: Path, threads: int, optimised: Path | None = None, without: tuple[str, ...] = HARMFUL
) -> ort.InferenceSession:
    """The model on the CPU; as the runtime rewrites it in `optimised`."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    if optimised is not None:
        options.optimized_model_filepath = str(optimised)
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"], disabled_optimizers=list(without))


def cosine(reference: ort.InferenceSession, other: ort.InferenceSession, samples: list[Feed]) -> float:
    """That of the first output, over all samples."""
    wanted, given = (
        np.concatenate([one.run(None, dict(feed))[0].ravel() for feed in samples]).astype(np.float64)
        for one in (reference, other)
    )
    return float(wanted @ given / np.linalg.norm(wanted) / np.linalg.norm(given))


def medians(sessions: Mapping[str, ort.InferenceSession], feed: Feed, rounds: int) -> dict[str, float]:
    """Milliseconds of one run; the models take turns."""
    times: dict[str, list[float]] = {name: [] for name in sessions}
    for turn in range(rounds + 2):
        for name, one in sessions.items():
            start = time.perf_counter()
            one.run(None, dict(feed))
            if turn >= 2:
                times[name].append(1000 * (time.perf_counter() - start))
    return {name: statistics.median(found) for name, found in times.items()}


def kernels(model: Path) -> str:
    """Operators of a model, the most frequent first."""
    counts = Counter(node.op_type for node in onnx.load(model, load_external_data=False).graph.node)
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(12))


def measure(case: Case, accuracy: float | None, rounds: int, thread_counts: list[int]) -> None:
    """Quantise one model both ways; print times and cosines."""
    samples, spec = case.samples(), specc.load(f"zoo:{case.name}")
    weights = case.weights()
    data = {name: np.concatenate([sample[name] for sample in samples]) for name in samples[0]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "float32.onnx").write_bytes(spec.compile("cpu", weights=weights).to_bytes())
        start = time.perf_counter()
        model = spec.compile("cpu", "int8", weights, quantise=case.form, calibrate=data, accuracy=accuracy)
        model.save(folder / "int8.onnx")
        print(f"\n{case.name}: quantised in {time.perf_counter() - start:.0f} s")
        assert model.quantisation is not None
        print(accuracy_text(model.quantisation))
        paths = {"float32": folder / "float32.onnx", "int8": folder / "int8.onnx"}
        paths[PEER] = peer(case, paths["float32"], samples, folder)
        for threads in thread_counts:
            sessions = {key: session(path, threads) for key, path in paths.items() if key != PEER}
            sessions[PEER] = session(paths[PEER], threads, without=())
            found = medians(sessions, samples[0], rounds)
            for key, value in found.items():
                near = cosine(sessions["float32"], sessions[key], samples)
                ratio = found["float32"] / value
                print(f"{threads} threads  {key:<12} {value:8.1f} ms  {ratio:5.2f}x  cosine {near:.5f}", flush=True)
        session(paths["int8"], 1, folder / "rewritten.onnx")
        print(f"kernels of int8: {kernels(folder / 'rewritten.onnx')}")


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser()
    parser.add_argument("models", nargs="*", default=[case.name for case in CASES])
    parser.add_argument("--accuracy", type=float)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=21)
    options = parser.parse_args()
    torch.set_num_threads(2)
    for case in CASES:
        if case.name in options.models:
            measure(case, options.accuracy, options.rounds, options.threads)


if __name__ == "__main__":
    main()
