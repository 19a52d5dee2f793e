"""What onnxruntime makes of a model on the CPU."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort

import specc
from specc.runtime.session import HARMFUL

Feeds = dict[str, np.ndarray]


def rewritten(model: specc.Model, folder: Path) -> onnx.GraphProto:
    """The model as the runtime rewrites it."""
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.optimized_model_filepath = str(folder / "rewritten.onnx")
    ort.InferenceSession(
        model.to_bytes(), options, providers=["CPUExecutionProvider"], disabled_optimizers=list(HARMFUL)
    )
    return onnx.load(folder / "rewritten.onnx", load_external_data=False).graph


def kernels(model: specc.Model, folder: Path) -> Counter[str]:
    """Operators of the model as the runtime rewrites it, by type."""
    return Counter(node.op_type for node in rewritten(model, folder).node)


def cosine(wanted: np.ndarray, given: np.ndarray) -> float:
    """Of the angle between two tensors."""
    first, second = wanted.ravel().astype(np.float64), given.ravel().astype(np.float64)
    return float(first @ second / np.linalg.norm(first) / np.linalg.norm(second))


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    """Normal numbers."""
    return np.random.default_rng(seed).standard_normal(shape, np.float32)
