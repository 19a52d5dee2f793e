"""Weights alone in integers."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from kernels import cosine, normal

import specc
from specc.ir.relayout import BlockScale, PackedBlocks, Stored
from specc.tensor.dtypes import DType
from specc.weights.relayout import evaluate_relayout

TEXT = "model net\ninput x: float32[N, 200]\noutput y = x -> linear(96) as fc"


def dequantised(weight: np.ndarray, block: int, bits: int) -> np.ndarray:
    """What the integers and scales of a matrix stand for, by the definition of MatMulNBits."""
    scale = BlockScale(Stored("w"), block, bits)
    units = evaluate_relayout(scale, lambda _: weight, DType.FLOAT32)
    packed = evaluate_relayout(PackedBlocks(scale), lambda _: weight, DType.UINT8)
    if bits == 4:
        packed = np.stack([packed & 15, packed >> 4], -1).reshape(*packed.shape[:2], block)
    made = (packed.astype(np.float64) - 2 ** (bits - 1)) * units[..., None]
    return made.reshape(len(weight), -1)[:, : weight.shape[1]]


@pytest.mark.parametrize(("bits", "block"), [(4, 16), (4, 32), (4, 128), (8, 32)])
def test_integers_are_the_nearest(bits: int, block: int) -> None:
    """Off by at most half a step; the end of the range that no integer reaches, by one."""
    weight = normal(24, 200)
    made = dequantised(weight, block, bits)
    padded = np.zeros((24, -(-200 // block) * block))
    padded[:, :200] = np.abs(weight)
    step = padded.reshape(24, -1, block).max(2) / 2 ** (bits - 1)
    bound = np.repeat(step, block, 1)[:, :200] * (1 + 1e-5)
    assert (np.abs(made - weight) <= bound).all()
    assert (np.abs(made - weight) <= bound / 2).mean() > 0.95


@pytest.mark.parametrize(("dtype", "bits"), [("int4", 4), ("int8", 8)])
@pytest.mark.parametrize("block", [32, 128])
def test_the_runtime_computes_with_these_integers(dtype: str, bits: int, block: int) -> None:
    """Beside a product in double precision; the tolerance is that of activations that the kernel has in eight bits."""
    model = specc.loads(TEXT).compile("cpu", dtype, quantise="weights", block=block)
    x = normal(5, 200)
    wanted = x.astype(np.float64) @ dequantised(model.weights["fc.weight"], block, bits).T + model.weights["fc.bias"]
    assert np.abs(model.run(x=x)["y"] - wanted).max() < 0.02
    assert [operator.op_type for operator in model.operators.operators] == ["MatMulNBits"]


def test_gpt2_in_four_bits() -> None:
    spec = specc.load("zoo:gpt2", vocab=300, positions=32, width=128, layers=2, num_heads=4)
    model = spec.compile("cpu", "int4")
    ids = np.random.default_rng(0).integers(0, 300, (2, 16))
    wanted, given = (one.run(input_ids=ids)["logits"] for one in (spec.compile("cpu"), model))
    assert cosine(wanted, given) > 0.98
    stored = {tensor.name: tensor for tensor in model.proto.graph.initializer}
    weight = stored["transformer.h.0.mlp.c_fc.weight/int4"]
    assert (weight.data_type, tuple(weight.dims)) == (onnx.TensorProto.UINT8, (512, 4, 16))
    assert "transformer.h.0.mlp.c_fc.weight/scale" in stored
