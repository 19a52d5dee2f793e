"""Transformers and recurrent nets in integers, activations quantised in every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from kernels import cosine, kernels, normal

import specc

BERT = {"vocab": 100, "width": 64, "layers": 2, "num_heads": 4, "intermediate": 128, "positions": 32}
GPT2 = {"vocab": 100, "positions": 32, "width": 64, "layers": 2, "num_heads": 4}
LSTM = """
model tagger
input x: float32[N, T, 32]
output y = x -> lstm(48, num_layers=2, bidirectional=true) as rnn -> linear(40) as tag
"""


def tokens(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 100, (2, 16))


def bert(dtype: str = "float32", target: str = "cpu", **options: object) -> specc.Model:
    spec = specc.load("zoo:bert_base", **BERT)
    return spec.compile(target, dtype, bindings={"T": 16}, **options)


@pytest.mark.parametrize("target", ["portable", "cpu"])
def test_bert(target: str, tmp_path: Path) -> None:
    """Every projection is a kernel in integers; the three of one attention share the integers of their input."""
    model = bert("int8", target)
    wanted, given = (one.run(input_ids=tokens()) for one in (bert(), model))
    for name, array in wanted.items():
        assert cosine(array, given[name]) > 0.999
    found = kernels(model, tmp_path)
    assert found["DynamicQuantizeMatMul"] + found["MatMulIntegerToFloat"] == 13
    assert found["DynamicQuantizeLinear"] == 2
    assert found["MatMul"] + found["FusedMatMul"] == (0 if target == "cpu" else 4)


def test_gpt2() -> None:
    """The head, whose weight is that of the embedding, too."""
    spec = specc.load("zoo:gpt2", **GPT2)
    model = spec.compile("cpu", "int8")
    wanted, given = (one.run(input_ids=tokens())["logits"] for one in (spec.compile("cpu"), model))
    assert cosine(wanted, given) > 0.998
    assert model.quantisation is not None and len(model.quantisation.layers) == 9


def test_lstm_is_quantised_where_the_target_has_the_operator(tmp_path: Path) -> None:
    spec, x = specc.loads(LSTM), normal(2, 9, 32)
    wanted = spec.compile("cpu").run(x=x)["y"]
    model = spec.compile("cpu", "int8")
    assert kernels(model, tmp_path)["DynamicQuantizeLSTM"] == 2
    assert cosine(wanted, model.run(x=x)["y"]) > 0.999
    portable = spec.compile("portable", "int8")
    assert portable.quantisation is not None and portable.quantisation.layers == ("tag",)
    assert kernels(portable, tmp_path)["LSTM"] == 2


def test_linear_of_two_dims_keeps_its_bias() -> None:
    text = "model net\ninput x: float32[N, 64]\noutput y = x -> linear(48) as fc"
    spec, x = specc.loads(text), normal(3, 64)
    wanted, given = (spec.compile("cpu", dtype).run(x=x)["y"] for dtype in ("float32", "int8"))
    assert np.abs(wanted - given).max() < 0.03


def test_files_are_the_same_each_time() -> None:
    assert bert("int8").to_bytes() == bert("int8").to_bytes()
