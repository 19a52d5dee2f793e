"""Models that ONNX's full check accepts although they cannot run, or mean something else, and the error that the same
mistake gets here."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file

import specc

Shape = tuple[int | str, ...]


def zeros(name: str, *shape: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.zeros(shape, np.float32), name)


def ints(name: str, *values: int) -> onnx.TensorProto:
    return numpy_helper.from_array(np.array(values, np.int64), name)


def model(
    op: str, inputs: dict[str, Shape], tensors: tuple[onnx.TensorProto, ...] = (), **attributes: object
) -> onnx.ModelProto:
    """One node; its inputs are model inputs, then initializers."""
    node = helper.make_node(op, [*inputs, *(tensor.name for tensor in tensors)], ["y"], **attributes)
    rank = 4 if op == "LSTM" or op == "GRU" else len(next(iter(inputs.values())))
    graph = helper.make_graph(
        [node],
        "one",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs.items()],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [f"d{axis}" for axis in range(rank)])],
        list(tensors),
    )
    opset = 23 if op == "Attention" else 21
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=10)


IMAGE = {"x": ("N", 3, 8, 8)}
X = "input x: float32[N, T, 64]\n"
I = "input x: float32[N, 3, 8, 8]\n"  # noqa: E741
CASES = {
    "channels of a convolution": (
        model("Conv", IMAGE, (zeros("w", 4, 5, 3, 3),)),
        I + "c = conv(3, 3) as c\noutput y = x -> c -> conv(8, 1) as d -> c",
        "SP4002",
    ),
    "groups": (
        model("Conv", IMAGE, (zeros("w", 4, 1, 3, 3),), group=2),
        I + "output y = x -> conv(4, 3, groups=2)",
        "SP3101",
    ),
    "length of a bias": (
        model("Conv", IMAGE, (zeros("w", 4, 3, 3, 3), zeros("b", 5))),
        I + "output y = x -> conv(4, 3) as c",
        "SP4204",
    ),
    "kernel above the padded input": (
        model("Conv", IMAGE, (zeros("w", 4, 3, 11, 11),)),
        I + "output y = x -> conv(4, 11, padding=1)",
        "SP3102",
    ),
    "length of a scale": (
        model("LayerNormalization", {"x": ("N", 64)}, (zeros("w", 32),)),
        X + "output y = x -> layernorm([32])",
        "SP3114",
    ),
    "weights of an LSTM": (
        model("LSTM", {"x": (5, "N", 8)}, (zeros("w", 1, 16, 9), zeros("r", 1, 16, 4)), hidden_size=4),
        "input x: float32[N, T, 8]\ncell = lstm(4) as cell\noutput y = x -> cell -> cell",
        "SP4002",
    ),
    "weights of a GRU": (
        model("GRU", {"x": (5, "N", 8)}, (zeros("w", 1, 12, 9), zeros("r", 1, 12, 4)), hidden_size=4),
        "input x: float32[N, T, 8]\ncell = gru(4) as cell\noutput y = x -> cell -> cell",
        "SP4002",
    ),
    "heads that do not divide": (
        model("Attention", {"q": (1, 5, 60), "k": (1, 5, 60), "v": (1, 5, 60)}, q_num_heads=7, kv_num_heads=7),
        "input x: float32[N, T, 60]\noutput y = x -> attention(num_heads=7)",
        "SP3301",
    ),
    "keys and values": (
        model("Attention", {"q": (1, 5, 64), "k": (1, 6, 64), "v": (1, 7, 64)}, q_num_heads=4, kv_num_heads=4),
        "input q: float32[N, 5, 64]\ninput k: float32[N, 6, 64]\ninput v: float32[N, 7, 64]\n"
        "output y = attention(q, k, v, num_heads=4)",
        "SP3212",
    ),
    "another number of elements": (
        model("Reshape", {"x": (2, 12)}, (ints("shape", 5, 5),)),
        "input x: float32[2, 12]\noutput y = x -> reshape([5, 5])",
        "SP3206",
    ),
    "slopes": (
        model("PRelu", {"x": ("N", 64, 9)}, (zeros("slope", 5, 1),)),
        "input x: float32[N, 64, 9]\noutput y = x -> prelu(5)",
        "SP3120",
    ),
    "groups of a normalisation": (
        model("GroupNormalization", {"x": ("N", 10, 4)}, (zeros("s", 10), zeros("b", 10)), num_groups=3),
        "input x: float32[N, 10, 4]\noutput y = x -> groupnorm(3)",
        "SP3101",
    ),
    "sizes that do not broadcast": (
        model("Add", {"a": ("N", "T"), "b": ("N", "S")}),
        "input a: float32[N, T]\ninput b: float32[N, S]\noutput y = a + b",
        "SP3201",
    ),
    "sizes that do not join": (
        model("Concat", {"a": ("N", "T"), "b": ("M", "T")}, axis=1),
        "input a: float32[N, T]\ninput b: float32[M, T]\noutput y = concat(a, b, axis=1)",
        "SP3212",
    ),
    "index outside": (
        model("Gather", {"x": ("N", 8)}, (ints("i", 9),), axis=1),
        "input x: float32[N, 8]\nconst i: int64[1] = [9]\noutput y = gather(x, i, axis=1)",
        "SP3207",
    ),
    "declared output": (
        model("Relu", {"x": ("N", 8)}),
        "input x: float32[N, 8]\noutput y: float32[N, 9] = relu(x)",
        "SP3005",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_onnx_accepts_it_and_the_checker_does_not(name: str, tmp_path: Path) -> None:
    """The bias of a layer has the right length by construction; a checkpoint may bring another one."""
    accepted, text, code = CASES[name]
    onnx.checker.check_model(accepted, full_check=True)
    with pytest.raises(specc.SpecError) as caught:
        spec = specc.loads(f"model wrong\n{text}\n", syntax="text")
        spec.check()
        save_file({"c.weight": np.zeros((4, 3, 3, 3), np.float32), "c.bias": np.zeros(5)}, tmp_path / "w.safetensors")
        spec.compile(weights=str(tmp_path / "w.safetensors"))
    assert [found.code for found in caught.value.diagnostics] == [code]
    (found,) = caught.value.diagnostics
    assert found.span is not None
    assert found.help
