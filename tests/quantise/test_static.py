"""Convolutional nets in integers with ranges found beforehand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from kernels import cosine, kernels, normal, rewritten

import specc
from specc.calibrate import quantising

NET = """
model net
input image: float32[N, 3, 32, 32]
x = image -> conv(16, 3, stride=2, padding=1, bias=false) as stem -> batchnorm as norm -> relu
y = x -> conv(16, 3, padding=1) as a -> relu6 -> conv(16, 3, padding=1, groups=16) as b
x = relu(x + y)
x = concat(x, x -> conv(8, 1) as c -> relu, axis=1) -> maxpool(2)
x = x * (x -> avgpool(3, stride=1, padding=1) -> conv(24, 1) as gate -> sigmoid)
output logits: float32[N, 10] = x -> global_avgpool -> flatten -> linear(64) as fc1 -> relu -> linear(10) as fc2
"""
FLOAT = ("Conv", "FusedConv", "Add", "Relu", "Clip", "Concat", "Mul", "Sigmoid", "AveragePool")


def compiled(text: str, dtype: str = "int8", **options: object) -> specc.Model:
    spec = specc.loads(text)
    if dtype == "float32":
        return spec.compile("cpu")
    return spec.compile("cpu", dtype, **{"quantise": "static", "calibrate": {"image": normal(8, 3, 32, 32)}, **options})


@pytest.mark.parametrize("method", ["minmax", "percentile", "entropy"])
def test_outputs_are_near_those_in_floating_point(method: str) -> None:
    """On samples that the ranges were not found with; tolerance: the cosine of eight bits through eight layers."""
    image = normal(4, 3, 32, 32, seed=1)
    wanted = compiled(NET, "float32").run(image=image)["logits"]
    given = compiled(NET, method=method).run(image=image)["logits"]
    assert cosine(wanted, given) > (0.98 if method == "entropy" else 0.995)


def test_everything_between_the_convolutions_is_in_integers(tmp_path: Path) -> None:
    found = kernels(compiled(NET), tmp_path)
    assert found["QLinearConv"] == 5
    assert found["QGemm"] == 1
    assert not any(found[name] for name in FLOAT), found
    assert found["DequantizeLinear"] <= 1 and found["QuantizeLinear"] <= 2, found


def test_resnet18_runs_on_integer_kernels_alone(tmp_path: Path) -> None:
    model = specc.load("zoo:resnet18").compile("cpu", "int8", calibrate={"image": normal(2, 3, 224, 224)})
    found = kernels(model, tmp_path)
    assert (found["QLinearConv"], found["QLinearAdd"], found["QGemm"]) == (20, 8, 1)
    assert found["Conv"] == found["FusedConv"] == found["DequantizeLinear"] == 0
    assert model.quantisation is not None and model.quantisation.cosine > 0.99
    assert model.weight_bytes < 0.27 * model.quantisation.float_bytes


def test_integers_and_scales_are_those_of_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights as torch.fake_quantize_per_channel_affine rounds them with the scales that are stored."""
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(quantising, "short_sums", lambda: False)
    model = compiled(NET)
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.proto.graph.initializer}
    weight = model.weights["a.weight"]
    scale = stored["a.weight/scale"]
    np.testing.assert_allclose(scale, np.abs(weight).max((1, 2, 3)) / 127, rtol=1e-6)
    wanted = torch.fake_quantize_per_channel_affine(
        torch.tensor(weight), torch.tensor(scale), torch.zeros(16, dtype=torch.int32), 0, -127, 127
    )
    made = stored["a.weight/int8"] * scale[:, None, None, None]
    np.testing.assert_allclose(made, wanted.numpy(), rtol=1e-6)
    units = stored["a.bias/scale"].astype(np.float64)
    np.testing.assert_array_equal(stored["a.bias/int32"], np.rint(model.weights["a.bias"] / units))


def test_layers_that_are_kept_stay_in_floating_point(tmp_path: Path) -> None:
    model = compiled(NET, keep=["stem", "fc1"])
    found = kernels(model, tmp_path)
    assert found["QLinearConv"] == 4
    assert model.quantisation is not None
    assert model.quantisation.kept == ("stem", "fc1")
    assert not {"stem", "fc1"} & set(model.quantisation.layers)


POOLED = """
model net
input image: float32[N, 3, 32, 32]
x = image -> conv(16, 3, padding=1) as stem -> relu -> maxpool(2) as pool
output y: float32[N, 8] = x -> conv(8, 3) as a -> relu -> conv(8, 3) as b -> global_avgpool -> flatten
"""


def test_a_pooling_between_a_layer_in_floats_and_one_in_integers_stays_in_floats(tmp_path: Path) -> None:
    """The kernel for integers is slow where the layer before it is not one of these."""
    made = rewritten(compiled(POOLED, keep=["stem"]), tmp_path)
    makers = {name: node.op_type for node in made.node for name in node.output}
    (pool,) = (node for node in made.node if node.op_type == "MaxPool")
    assert makers[pool.input[0]] != "QuantizeLinear"


def test_channels_of_zeros_keep_their_bias() -> None:
    """A channel whose weights are all zero gives its bias, to the precision of its output."""
    weights = compiled(NET, "float32").weights
    weights["c.weight"][3] = 0
    weights["c.bias"][3] = 0.7
    spec, image = specc.loads(NET), normal(2, 3, 32, 32, seed=3)
    options = {"quantise": "static", "calibrate": {"image": normal(8, 3, 32, 32)}}
    wanted = spec.compile("cpu", weights=weights).run(image=image)["logits"]
    given = spec.compile("cpu", "int8", weights, **options).run(image=image)["logits"]
    assert cosine(wanted, given) > 0.995


@pytest.mark.parametrize(
    ("target", "short", "largest", "told"),
    [
        ("cpu_avx2", False, 63, []),
        ("cpu_avx2", True, 63, []),
        ("cpu", False, 127, []),
        ("cpu", True, 63, ["SP6242"]),
        ("portable", True, 63, ["SP6242"]),
        ("cpu_avx512", True, 127, []),
        ("cuda", True, 127, []),
    ],
)
def test_seven_bits_where_the_target_or_the_processor_needs_them(
    target: str, short: bool, largest: int, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quantising, "short_sums", lambda: short)
    model = specc.loads(NET).compile(target, "int8", calibrate={"image": normal(2, 3, 32, 32)})
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in model.proto.graph.initializer}
    assert np.abs(stored["a.weight/int8"]).max() == largest
    assert [warning.code for warning in model.warnings] == told


def test_files_are_the_same_each_time(tmp_path: Path) -> None:
    for name in ("first", "second"):
        compiled(NET).save(tmp_path / f"{name}.onnx")
    assert (tmp_path / "first.onnx").read_bytes() == (tmp_path / "second.onnx").read_bytes()


def test_models_are_standard_onnx() -> None:
    model = specc.loads(NET).compile("portable", "int8", calibrate={"image": normal(2, 3, 32, 32)})
    onnx.checker.check_model(model.proto, full_check=True)
    assert {entry.domain for entry in model.proto.opset_import} == {""}


SEGMENTATION = """
model net
input image: float32[N, 3, 32, 32]
x = image -> conv(16, 3, padding=1) as a -> relu
output features: float32[N, 16, 32, 32] = x
output mask: float32[N, 4, 32, 32] = x -> conv(4, 1) as b
"""


def test_outputs_that_are_integers_inside() -> None:
    """An output that is a convolution, and one that is read on as well."""
    image = normal(2, 3, 32, 32, seed=5)
    wanted, given = (compiled(SEGMENTATION, dtype).run(image=image) for dtype in ("float32", "int8"))
    for name, array in wanted.items():
        assert cosine(array, given[name]) > 0.999
