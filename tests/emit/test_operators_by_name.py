"""`onnx.OpName(...)` in specs: newer opsets, results that are picked, tensors as attributes, what may be an input."""

from __future__ import annotations

import numpy as np
import pytest

import specc
from specc.base.diagnostics import Reporter
from specc.driver import understand
from specc.emit.oracle import OnnxOracle
from specc.ir.text_parse import parse_graph
from specc.ir.text_print import print_graph
from specc.layers.onnx_operator import OnnxOperator
from specc.layers.registry import layers_by_name

X = "input x: float32[N, 4]\n"
ARRAY = np.arange(12, dtype=np.float32).reshape(3, 4) - 5


def spec(text: str) -> specc.Spec:
    return specc.loads(f"model m\n{X}{text}", syntax="text")


def run(text: str, opset: int | None = None) -> dict[str, np.ndarray]:
    return spec(text).compile(opset=opset).run(x=ARRAY)


def mistake(text: str, opset: int | None = None) -> tuple[str, str, str | None]:
    with pytest.raises(specc.SpecError) as caught:
        run(text, opset)
    (found,) = caught.value.diagnostics
    return found.code, found.message, found.help


NEWER = "output y = onnx.RMSNormalization(x, ones([4]), epsilon=0.5)\n"


def test_a_newer_operator_takes_the_model_to_its_opset() -> None:
    spec(NEWER).check()
    assert spec(NEWER).compile().opset == 23
    assert spec("output y = onnx.Relu(x)\n").compile().opset == 21
    wanted = ARRAY / np.sqrt((ARRAY**2).mean(-1, keepdims=True) + 0.5)
    for opset in (None, 23, 24):
        np.testing.assert_allclose(run(NEWER, opset)["y"], wanted, rtol=1e-6, atol=1e-6)


def test_a_newer_operator_is_refused_at_an_older_opset() -> None:
    code, message, hint = mistake(NEWER, opset=21)
    assert code == "SP3440"
    assert message == "`onnx.RMSNormalization` as it is used here needs opset 23, and the opset is 21"
    assert hint == "compile with `--opset 23`, or leave the opset out"


def test_a_newer_operator_in_the_body_of_a_scan() -> None:
    body = "block step(v, s):\n    t = onnx.Swish(v + s)\n    return t, t\n"
    text = body + "ys, last = scan(step, over=x, state=zeros([N]))\noutput y = ys\n"
    assert spec(text).compile().opset == 24


def test_results_can_be_picked() -> None:
    text = "y, average = onnx.LayerNormalization(x, ones([4]), zeros([4]), outputs={})\noutput y\noutput average\n"
    np.testing.assert_allclose(run(text.format("[0, 1]"))["average"], ARRAY.mean(-1, keepdims=True), rtol=1e-6)
    deviation = 1 / np.sqrt(ARRAY.var(-1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(run(text.format("[0, 2]"))["average"], deviation, rtol=1e-5)


@pytest.mark.parametrize("wanted", ["0", "[]", "[1, 1]", "[2, 0]", "[-1]", "true", "[0, true]", "none", "[[0]]", "1.0"])
def test_results_that_cannot_be_picked(wanted: str) -> None:
    code, message, _ = mistake(f"y = onnx.Relu(x, outputs={wanted})\noutput z = x\n")
    assert code == "SP2006"
    assert "an integer of at least 1, or a list of rising indices" in message


def test_more_results_than_there_are() -> None:
    code, message, _ = mistake("y = onnx.Relu(x, outputs=[1])\noutput z = y\n")
    assert (code, message) == (
        "SP6005",
        "`onnx.Relu` rejects its inputs: it has 1 results at most, and the one with index 1 is asked for",
    )


def test_a_constant_as_an_attribute() -> None:
    made = run("const fill: int32[1] = [7]\noutput y = onnx.ConstantOfShape([2, 3], value=fill)\n")["y"]
    np.testing.assert_array_equal(made, np.full((2, 3), 7, np.int32))
    made = run("const all: float16[2, 2] = 0.5\noutput y = onnx.Constant(value=all)\n")["y"]
    np.testing.assert_array_equal(made, np.full((2, 2), 0.5, np.float16))


@pytest.mark.parametrize("value", ["x", "zeros([1])", "large", "learnt"])
def test_other_tensors_are_no_attributes(value: str) -> None:
    made = "const large: float32[65] = 1\nparam learnt: float32[1] = zeros\n"
    code, message, _ = mistake(f"{made}output y = onnx.ConstantOfShape([2], value={value})\n")
    assert code == "SP2006"
    assert "has to be" not in message and "a small constant" in message


def test_a_number_is_no_tensor() -> None:
    assert mistake("output y = onnx.ConstantOfShape([2], value=1.5)\n")[0] == "SP6004"


def test_sizes_booleans_and_empty_lists_are_inputs() -> None:
    turned = run("output y = onnx.Reshape(x, [2, N * 2], like=zeros([2, N * 2]))\n")["y"]
    np.testing.assert_array_equal(turned, ARRAY.reshape(2, 6))
    same = run("output y = onnx.Dropout(x, 0.5, false)\n")["y"]
    np.testing.assert_array_equal(same, ARRAY)
    total = run("output y = onnx.ReduceSum(x, [], keepdims=0)\n")["y"]
    np.testing.assert_allclose(total, ARRAY.sum(), rtol=1e-6)
    size = run("output y = onnx.Mul(x, cast(onnx.Abs(N), float32))\n")["y"]
    np.testing.assert_allclose(size, ARRAY * 3, rtol=1e-6)


def test_shapes_from_floating_point_constants() -> None:
    made = run("output y = onnx.Resize(x[none, none, 0], none, [1.0, 1.0, 2.0])\n")["y"]
    np.testing.assert_array_equal(made, ARRAY[None, None, 0].repeat(2, 2))


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("onnx.Rellu(x, like=x)", "SP6003"),
        ("onnx.Relu(x, alpha=1, like=x)", "SP6004"),
        ("onnx.Relu(x, x, like=x)", "SP6005"),
        ("onnx.Relu(x > 0, like=x)", "SP6005"),
        ("onnx.Concat(x, x, axis=1, like=x)", "SP3441"),
    ],
)
def test_like_does_not_hide_what_onnx_knows(call: str, code: str) -> None:
    assert mistake(f"output y = {call}\n")[0] == code


@pytest.mark.parametrize(("value", "code"), [("2 ** 70", "SP2150"), ("[2 ** 63]", "SP2150"), ("[1, N]", "SP2006")])
def test_numbers_that_onnx_cannot_hold(value: str, code: str) -> None:
    assert mistake(f"output y = onnx.com.microsoft.Some(x, axis={value}, like=x)\n")[0] == code


@pytest.mark.parametrize(
    ("type_", "number"), [("uint8", "-1"), ("int8", "300"), ("int64", "2 ** 63"), ("int64", "1.5")]
)
def test_constants_that_do_not_fit_their_type(type_: str, number: str) -> None:
    for value in (number, f"[{number}]"):
        with pytest.raises(specc.SpecError) as caught:
            spec(f"const a: {type_}[1] = {value}\noutput y = onnx.Abs(a)\n").compile().to_bytes()
        assert caught.value.diagnostics[0].code == "SP2150"


def test_other_domains_of_onnx_are_of_their_version() -> None:
    made = spec("output y = onnx.ai.onnx.ml.Binarizer(x, threshold=0.5)\n").compile()
    assert {entry.domain: entry.version for entry in made.proto.opset_import} == {"": 21, "ai.onnx.ml": 5}
    np.testing.assert_array_equal(made.run(x=ARRAY)["y"], (ARRAY > 0.5).astype(np.float32))


def test_windows_that_start_in_the_padding_do_not_count() -> None:
    """ONNX's inference for opset 21 counts one, its inference for opset 22 and onnxruntime do not."""
    text = "output y = onnx.MaxPool(x[none, :2], kernel_shape=[1], strides=[5], ceil_mode=1)\n"
    assert run(text, opset=21)["y"].shape == (1, 2, 1)


def test_defaults_of_functions_are_known_to_inference() -> None:
    text = "output y = onnx.MeanVarianceNormalization(x[:, :, none, none])\n"
    assert run(text)["y"].shape == (3, 4, 1, 1)


def test_the_graph_reads_back() -> None:
    made = spec(
        "const fill: float32[1] = [0.5]\ny, z = onnx.TopK(x, [2], outputs=2)\noutput y\n"
        "output c = onnx.ConstantOfShape([3], value=fill)\noutput i = onnx.TopK(x, [2], outputs=[1])\n"
    )
    graph = understand(made.origin, {}, Reporter()).graph
    text = print_graph(graph)
    operations = {**layers_by_name(), OnnxOperator.name: OnnxOperator}
    assert print_graph(parse_graph(text, operations, {"oracle": OnnxOracle()})) == text
