"""Half precision: what is narrow, what stays in float32, and that outputs stay near."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from same_outputs import StirredWeights, two_bindings
from small_zoo import small

import specc

FLOAT, HALF, BRAIN = onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16
NET = """\
model m
input x: float32[N, 8]
input ids: int64[N]
y = (x -> linear(16) as a -> relu) + (ids -> embedding(9, 16) as table)
y = y -> rmsnorm as norm -> linear(4) as b
output out = y
output place = y -> argmax
"""


def kinds(proto: onnx.ModelProto) -> dict[str, int]:
    return {tensor.name: tensor.data_type for tensor in proto.graph.initializer}


def test_weights_are_narrow_and_norms_are_not() -> None:
    model = specc.loads(NET).compile(dtype="float16")
    found = kinds(model.proto)
    assert found["table.weight"] == found["a.bias"] == HALF and found["norm.weight"] == FLOAT
    interface = [entry.type.tensor_type.elem_type for entry in (*model.proto.graph.input, *model.proto.graph.output)]
    assert interface == [FLOAT, onnx.TensorProto.INT64, FLOAT, onnx.TensorProto.INT64]
    islands = [(entry.layers, entry.why) for entry in model.ledger.entries if entry.rewrite == "float16"]
    assert islands == [(("norm",), "rmsnorm in float32: the mean of squares")]


def test_the_interface_may_be_narrow_and_layers_may_be_kept() -> None:
    model = specc.loads(NET).compile(dtype="bfloat16", interface="same", keep=["a", "table"])
    found = kinds(model.proto)
    assert found["table.weight"] == found["a.bias"] == FLOAT and found["b.bias"] == BRAIN
    assert model.proto.graph.input[0].type.tensor_type.elem_type == BRAIN
    assert model.proto.graph.output[0].type.tensor_type.elem_type == BRAIN


def test_float32_stays_what_it_is() -> None:
    assert set(kinds(specc.loads(NET).compile().proto).values()) <= {FLOAT, onnx.TensorProto.INT64}


def test_large_numbers_that_are_written_down_stay_finite() -> None:
    spec = specc.loads(
        "model m\ninput x: float32[N, 4]\ninput m: bool[N, 4]\nconst c: float32[4] = [1e9, -1e9, inf, 2.0]\n"
        "output y = masked_fill(x, m, -1e9)\noutput z = x * 0 + c\n"
    )
    made = spec.compile(dtype="float16").run(x=np.ones((1, 4), np.float32), m=np.array([[True, False, False, True]]))
    assert made["y"].tolist() == [[-65504, 1, 1, -65504]]
    assert made["z"].tolist() == [[65504, -65504, np.inf, 2]]


MODELS = (
    "language/bert", "language/gpt2", "language/llama", "language/t5", "sequence/lstm_lm", "sequence/rnnsearch",
    "sequence/seq2seq_attention", "vision/convnext", "vision/mobilenet_v2", "vision/unet", "vision/enet", "vision/clip",
)  # fmt: skip


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("target", ["portable", "cpu"])
def test_models_of_the_zoo_stay_near(name: str, target: str) -> None:
    from same_outputs import inputs

    parameters, _ = small(name)
    spec = specc.load(f"specs/{name}.specc", **parameters)
    wide, narrow = spec.compile(level=0), spec.compile(target, "float16")
    wide.source = narrow.source = StirredWeights()
    given = inputs(wide.resolved.graph, two_bindings(wide.resolved.graph)[0], 0)
    first, second = wide.run(given), narrow.run(given)
    for output, array in first.items():
        if array.dtype.kind == "f":
            assert np.abs(array - second[output]).max() <= 2e-2 * np.abs(array).max(), output
