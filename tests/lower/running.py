"""Lowered graphs as models that are checked and run."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime as ort

from specc.emit.settings import EmitSettings
from specc.emit.write import inline_model
from specc.ir.graph import Graph
from specc.lower.lower import lower
from specc.weights.source import SeededWeights


def model_of(graph: Graph) -> onnx.ModelProto:
    """The model of `graph`, accepted by the full check."""
    model = inline_model(lower(graph, 21), SeededWeights(0), EmitSettings())
    onnx.checker.check_model(model, full_check=True)
    return model


def run(model: onnx.ModelProto, **inputs: np.ndarray) -> dict[str, np.ndarray]:
    options = ort.SessionOptions()
    options.log_severity_level = 3
    session = ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, inputs), strict=True))
