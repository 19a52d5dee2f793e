"""Names, optional inputs, symbols at run time and bodies, judged by onnx's checker and by running the models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from handmade import Net
from running import model_of, run

from specc.base.diagnostics import SpecError
from specc.ir.builder import Builder, Site
from specc.ir.graph import Graph, GraphInput, GraphOutput, Node, Role, Value, Weight
from specc.ir.initial import Constant
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.registry import layers_by_name
from specc.lower.lower import lower
from specc.tensor.dims import Dim, Domain
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

LAYERS = layers_by_name()
RELU, ADD = LAYERS["relu"], LAYERS["add"]


@dataclass(frozen=True)
class Sizes(Operation):
    """The values of `dims` as a tensor, whatever the input."""

    dims: tuple[Dim, ...]
    name: ClassVar[str] = "sizes"

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        return (TensorType(DType.INT64, (len(self.dims),)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        return (build.op("Identity", build.shape(self.dims)),)


@dataclass(frozen=True)
class Same(Operation):
    """Its input, without an operator."""

    name: ClassVar[str] = "same"

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        return (site.inputs[0],)


@dataclass(frozen=True)
class Twice(Operation):
    """A body of `state, slice -> state, result` scanned along axis 0; further inputs are captured."""

    body: Graph
    name: ClassVar[str] = "twice"
    ports: ClassVar[tuple[Port, ...]] = (Port("state"), Port("sequence"), Port("captured", variadic=True))

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        return (inputs[0], inputs[1])

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        captured = zip(self.body.inputs[2:], site.inputs.items[2:], strict=True)
        bound = {entry.value: name for entry, name in captured if name is not None}
        body = build.lower_body(self.body, build, bound)
        inputs = (site.inputs[0], site.inputs[1])
        return build.ops("Scan", inputs, 2, attributes={"body": body, "num_scan_inputs": 1})


def names_of(graph: Graph) -> list[str]:
    lowered = lower(graph, 21)
    return [name for operator in lowered.operators for name in operator.outputs]


def test_inputs_and_outputs_keep_their_names_and_layers_give_their_paths() -> None:
    net = Net()
    x = net.input("image", net.symbol("N"), 4)
    y = net.layer(RELU(), x, path="features.relu")
    net.output("logits", net.layer(LAYERS["linear"](3), y, path="fc"))
    lowered = lower(net.graph, 21)
    assert [operator.outputs for operator in lowered.operators] == [("features.relu",), ("logits",)]
    assert list(lowered.initializers) == ["fc.weight", "fc.bias"]
    assert [operator.source for operator in lowered.operators] == ["net.specc:1", "net.specc:2"]
    model_of(net.graph)


def test_value_shown_twice_is_copied_for_the_second_output() -> None:
    net = Net()
    x = net.input("x", 2)
    y = net.layer(RELU(), x, path="relu")
    net.output("a", y)
    net.output("b", y)
    net.output("c", x)
    results = run(model_of(net.graph), x=np.array([-1.0, 2.0], np.float32))
    assert {name: list(value) for name, value in results.items()} == {"a": [0, 2], "b": [0, 2], "c": [-1, 2]}


def test_layer_without_operator_and_weight_as_output() -> None:
    net = Net()
    x = net.input("x", 2)
    y = net.layer(RELU(), x, path="relu")
    same = net.layer(Same(), y, path="same")
    weight = Weight("table", TensorType(DType.FLOAT32, (3,)), initial=Constant(7.0), role=Role.BUFFER)
    net.graph.weights["table"] = weight
    for name, value in (("a", same), ("b", y), ("c", net.layer(Same(), x, path="same2")), ("t", weight)):
        net.output(name, value)
    results = run(model_of(net.graph), x=np.array([-1.0, 2.0], np.float32))
    assert {name: list(value) for name, value in results.items()} == {
        "a": [0, 2],
        "b": [0, 2],
        "c": [-1, 2],
        "t": [7, 7, 7],
    }


def test_clashing_names_are_told_apart() -> None:
    net = Net()
    x = net.input("x", 4)
    first = net.layer(RELU(), x, path="x")
    second = net.layer(RELU(), first, path="y")
    third = net.layer(RELU(), second, path="y")
    clash = Weight("x", TensorType(DType.FLOAT32, (4,)), initial=Constant(1.0))
    net.graph.weights["x"] = clash
    net.output("y", net.layer(ADD(), third, clash, path="sum"))
    names = names_of(net.graph)
    assert len(set(names)) == len(names)
    assert "x" not in names
    result = run(model_of(net.graph), x=np.array([-1, 0, 1, 2], np.float32))["y"]
    assert list(result) == [1, 1, 2, 3]


def test_unused_weights_are_left_out() -> None:
    net = Net()
    x = net.input("x", 2)
    net.graph.weights["spare"] = Weight("spare", TensorType(DType.FLOAT32, (9,)), initial=Constant(0.0))
    net.output("y", net.layer(RELU(), x, path="relu"))
    assert not lower(net.graph, 21).initializers


def test_output_named_like_an_input_is_a_mistake() -> None:
    net = Net()
    net.output("x", net.layer(RELU(), net.input("x", 2), path="relu"))
    with pytest.raises(SpecError, match="SP6102"):
        lower(net.graph, 21)


def sizes_model(net: Net, shapes: list[tuple[Dim, ...]], *asked: Dim) -> np.ndarray:
    values = [net.input(f"x{index}", *shape) for index, shape in enumerate(shapes)]
    net.output("sizes", net.layer(Sizes(asked), values[0], path="sizes"))
    return values


@pytest.mark.parametrize("t", [1, 3, 8])
@pytest.mark.parametrize("p", [0, 5])
def test_symbols_are_solved_from_the_shapes_of_inputs(t: int, p: int) -> None:
    net = Net()
    T, P = net.symbol("T"), net.symbol("P", 0)
    sizes_model(net, [(2 * T + 3, 4), (P + T, 1), (P * 3 + 1, 2)], T, P, 2 * T - P, (T + P) // 2, T * P + 1)
    model = model_of(net.graph)
    shapes = [(2 * t + 3, 4), (p + t, 1), (3 * p + 1, 2)]
    inputs = {f"x{index}": np.zeros(shape, np.float32) for index, shape in enumerate(shapes)}
    wanted = [t, p, 2 * t - p, (t + p) // 2, t * p + 1]
    assert list(run(model, **inputs)["sizes"]) == wanted


def test_symbol_is_solved_from_a_product_and_a_difference() -> None:
    net = Net()
    T, S = net.symbol("T"), net.symbol("S")
    net.graph.domain.high["S"] = 9
    sizes_model(net, [(T * S, 2), (10 - S, 1)], T, S)
    inputs = {"x0": np.zeros((12, 2), np.float32), "x1": np.zeros((6, 1), np.float32)}
    assert list(run(model_of(net.graph), **inputs)["sizes"]) == [3, 4]


def test_symbol_with_a_unit() -> None:
    net = Net()
    net.graph.domain.unit["T"] = 4
    T = net.symbol("T")
    sizes_model(net, [(T // 4, 2)], T, T // 2)
    inputs = {"x0": np.zeros((3, 2), np.float32)}
    assert list(run(model_of(net.graph), **inputs)["sizes"]) == [12, 6]


def test_symbol_that_no_input_tells() -> None:
    net = Net()
    A, B = net.symbol("A"), net.symbol("B")
    sizes_model(net, [(A * B, 2)], A)
    with pytest.raises(SpecError, match="SP6101") as caught:
        lower(net.graph, 21)
    assert "`A*B`" in caught.value.diagnostics[0].notes[0]


@pytest.mark.parametrize("shape", [(), (3,), (1, 3), (70, 70), ("N", 3), ("N", "T"), ("N", 5000)])
def test_input_with_a_default_may_be_left_out(shape: tuple[int | str, ...]) -> None:
    net = Net()
    symbols: dict[str, Dim] = {"N": net.symbol("N"), "T": net.symbol("T")}
    sizes = {"N": 2, "T": 3}
    dims = tuple(symbols[dim] if isinstance(dim, str) else dim for dim in shape)
    concrete = tuple(sizes[dim] if isinstance(dim, str) else dim for dim in shape)
    x = net.input("x", symbols["N"], symbols["T"])
    net.output("used", net.layer(RELU(), x, path="relu"))
    net.output("y", net.layer(RELU(), net.input("s", *dims, default=2.0), path="relu2"))
    model = model_of(net.graph)
    tensor = np.zeros((2, 3), np.float32)
    left_out = run(model, x=tensor)["y"]
    assert left_out.shape == concrete
    assert (left_out == 2).all()
    given = np.random.default_rng(0).random(concrete, np.float32)
    assert np.array_equal(run(model, x=tensor, s=given)["y"], given)


def test_default_of_other_element_types() -> None:
    net = Net()
    N = net.symbol("N")
    net.output("relu", net.layer(RELU(), net.input("x", N), path="relu"))
    net.output("y", net.layer(Same(), net.input("m", N, dtype=DType.BOOL, default=1.0), path="same"))
    net.output("z", net.layer(Same(), net.input("n", N, dtype=DType.INT64, default=-3.0), path="same2"))
    results = run(model_of(net.graph), x=np.zeros(2, np.float32))
    assert results["y"].tolist() == [True, True]
    assert results["z"].tolist() == [-3, -3]


def test_cache_that_is_left_out_is_empty() -> None:
    net = Net()
    N, P = net.symbol("N"), net.symbol("P", 0)
    net.output("relu", net.layer(RELU(), net.input("x", N, 1), path="relu"))
    first = net.input("past.0", N, P, 4, default=0.0)
    second = net.input("past.1", N, P, 4, default=0.0)
    net.output("sum", net.layer(ADD(), first, second, path="sum"))
    net.output("sizes", net.layer(Sizes((P, N)), first, path="sizes"))
    model = model_of(net.graph)
    x = np.zeros((3, 1), np.float32)
    empty = run(model, x=x)
    assert empty["sum"].shape == (3, 0, 4)
    assert empty["sizes"].tolist() == [0, 3]
    past = np.ones((3, 5, 4), np.float32)
    full = run(model, **{"x": x, "past.0": past, "past.1": past})
    assert full["sum"].shape == (3, 5, 4)
    assert full["sizes"].tolist() == [5, 3]
    half = run(model, **{"x": x, "past.0": past})
    assert (half["sum"] == 1).all()


def body_graph(captured: Value, weight: Weight) -> Graph:
    """state' = state + slice * 1 + captured + weight; result = state'."""
    state, element, outer = (Value(name, captured.type) for name in ("state", "x", "outer"))
    body = Graph("body", Domain(), inputs=[GraphInput(state), GraphInput(element), GraphInput(outer)])
    total: Value = state
    for index, term in enumerate((element, outer, weight)):
        made = Value(f"sum{index}", captured.type)
        body.nodes.append(Node(ADD(), "cell.add", (total, term), {}, (made,)))
        total = made
    body.outputs = [GraphOutput("next", total), GraphOutput("result", total)]
    return body


@pytest.mark.parametrize("copies", [1, 2])
def test_bodies_read_what_is_around_them(copies: int) -> None:
    net = Net()
    T = net.symbol("T")
    start, sequence = net.input("start", 2), net.input("sequence", T, 2)
    captured = net.layer(RELU(), start, path="cell")
    weight = Weight("cell.bias", TensorType(DType.FLOAT32, (2,)), initial=Constant(0.5))
    net.graph.weights[weight.name] = weight
    value = sequence
    for _ in range(copies):
        last, value = net.layers(Twice(body_graph(captured, weight)), start, value, captured, path="scan")
    net.output("last", last)
    net.output("all", value)
    first, steps = np.array([1.0, 2.0], np.float32), np.arange(6, dtype=np.float32).reshape(3, 2)
    results = run(model_of(net.graph), start=first, sequence=steps)
    wanted = steps
    for _ in range(copies):
        wanted = first + np.cumsum(wanted + first + 0.5, axis=0)
    np.testing.assert_allclose(results["all"], wanted, rtol=1e-6)
    np.testing.assert_allclose(results["last"], wanted[-1], rtol=1e-6)


def test_every_layer_output_carries_its_shape() -> None:
    net = Net()
    N, H = net.symbol("N"), net.symbol("H")
    x = net.input("x", N, 3, 2 * H, 8)
    y = net.layer(LAYERS["conv"](4, 3, padding=1, stride=2), x, path="conv")
    net.output("y", net.layer(RELU(), y, path="relu"))
    (info,) = model_of(net.graph).graph.value_info
    assert info.name == "conv"
    assert [dim.dim_param or dim.dim_value for dim in info.type.tensor_type.shape.dim] == ["N", 4, "H", 4]
