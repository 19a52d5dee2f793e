"""Runs specs and plain node models with onnxruntime, and compares what they give with what a node test expects."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import onnx
import onnxruntime as ort
from node_spec import NodeSpec
from node_tests import Array, NodeTest

import specc
from specc.runtime.session import SessionSettings

TIGHT = 1e-5
"""Relative and absolute: most node tests hold within it, though they ask for less."""
NEWEST_OPSET, NEWEST_IR = 26, 13
"""What onnxruntime 1.31 loads."""
ONE_THREAD = SessionSettings(threads=1)


def run_spec(made: NodeSpec, opset: int) -> dict[str, Array]:
    """Outputs of a spec, whose types are shown to be those that were inferred."""
    loaded = specc.loads(made.text, syntax="text")
    model = loaded.compile(weights=dict(made.weights) or None, seed=0, opset=opset)
    results = model.session(ONE_THREAD).run(made.arrays)
    for output in model.resolved.graph.outputs:
        type_ = output.value.type
        assert results[output.name].shape == type_.shape, f"{output.name}: inferred {type_}"
        assert str(results[output.name].dtype) == str(type_.dtype), f"{output.name}: inferred {type_}"
    return results


def agreement(test: NodeTest, made: Mapping[str, Array], wanted: Mapping[str, Array]) -> bool:
    """Assert that the outputs are those that the test expects; whether they are so within `TIGHT`."""
    for name, expected in wanted.items():
        assert made[name].shape == expected.shape, name
        assert made[name].dtype == expected.dtype, name
        np.testing.assert_allclose(made[name], expected, rtol=test.rtol, atol=test.atol, err_msg=name)
    return all(np.allclose(made[name], wanted[name], TIGHT, TIGHT, equal_nan=True) for name in wanted)


def plain_failure(test: NodeTest) -> str | None:
    """Why the node alone, without this project, does not give what the test expects; None where it does."""
    model = onnx.ModelProto()
    model.CopyFrom(test.model)
    model.ir_version = min(model.ir_version, NEWEST_IR)
    for entry in model.opset_import:
        if entry.domain == "":
            entry.version = min(entry.version, NEWEST_OPSET)
    try:
        session = ort.InferenceSession(model.SerializeToString(), _quiet(), providers=["CPUExecutionProvider"])
        given = {name: array for name, array in zip(test.node.input, test.inputs, strict=True) if array is not None}
        results = session.run(None, given, None)
    except Exception as error:
        return str(error).strip().splitlines()[0]
    wanted = {name: array for name, array in zip(test.node.output, test.outputs, strict=True) if array is not None}
    try:
        agreement(test, dict(zip((entry.name for entry in model.graph.output), results, strict=True)), wanted)
    except AssertionError as error:
        return " ".join(str(error).split())
    return None


def _quiet() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    return options
