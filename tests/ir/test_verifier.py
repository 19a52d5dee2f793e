"""The verifier: good graphs pass, and each rule names what breaks it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from ir_samples import CHAIN, NET, SCAN, node, parse, value

from specc.ir.graph import Graph, GraphOutput, StatePair, Value, Weight
from specc.ir.initial import Constant
from specc.ir.verify import IrError, verify
from specc.tensor.dims import Domain
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@pytest.mark.parametrize("text", [NET, SCAN, CHAIN], ids=["net", "scan", "chain"])
def test_good_graphs_pass(text: str) -> None:
    verify(parse(text))


@pytest.mark.parametrize(
    ("text", "old", "new", "where", "what"),
    [
        (CHAIN, "relu(%fc)", "relu(%x, %fc)", "a", "2 inputs for 1 ports"),
        (CHAIN, "relu(%fc)", "relu()", "a", "nothing stands at port `input`"),
        (CHAIN, "relu(%fc)", "relu(_)", "a", "nothing stands at port `input`"),
        (
            CHAIN,
            "%a: float32[N, 4]",
            "%a: float32[N, 5]",
            "a",
            "its results are float32[N, 5], and its layer gives float",
        ),
        (CHAIN, "%a: float32[N, 4]", "%a: float16[N, 4]", "a", "its results are float16[N, 4]"),
        (CHAIN, "%fc.weight: float32[4, 4]", "%fc.weight: float32[4, 5]", "fc", "`weight` is float32[4, 5], and not"),
        (CHAIN, "%fc.weight: float32[4, 4]", "%fc.weight: int64[4, 4]", "fc", "`weight` is int64[4, 4]"),
        (CHAIN, "%fc.weight: float32[4, 4]", "%fc.weight: float32[4, N]", "fc.weight", "a shape with symbols"),
        (CHAIN, ", bias=%fc.bias", "", "fc", "its weights are weight, and not weight, bias"),
        (CHAIN, "tanh(%a)", "tanh(%a) as a", "a", "two nodes have this path"),
        (CHAIN, "output y = %b", "output y = %b\n  output y = %a", "y", "two outputs have this name"),
        (CHAIN, "output y = %b", "output y = %b\n  state x -> z", "x", "is not an input and an output"),
        (CHAIN, "float32[4] = Constant(0.0)", "float32[4] = Constant(0.0), also fc.weight", "fc.weight", "two weights"),
        (CHAIN, "linear[out=4]", "linear[out=4, bias=false]", "fc", "and not weight"),
        (CHAIN, "%x: float32[N, 4]", "%x: float32[N, 4, 4]", "fc", "its results are"),
        (CHAIN, "%x: float32[N, 4]", "%x: float32[4, 4]", "fc", "its results are"),
        (CHAIN, "%x: float32[N, 4]", "%x: int64[N, 4]", "fc", "its layer rejects the inputs"),
        (SCAN, "%cell: float32[N, 8]", "%cell: float32[N, 9]", "cell", "its results are"),
        (SCAN, "%scan/h: float32[N, 8]", "%scan/h: float32[M, 8]", "cell", "its results are"),
    ],
)
def test_a_broken_graph_is_named(text: str, old: str, new: str, where: str, what: str) -> None:
    assert old in text
    with pytest.raises(IrError) as caught:
        verify(parse(text.replace(old, new)))
    assert caught.value.where == where
    assert what in caught.value.what


def swap(graph: Graph) -> None:
    graph.nodes[1], graph.nodes[2] = graph.nodes[2], graph.nodes[1]


def rename(graph: Graph) -> None:
    value(graph, "a").name = "fc"


def forget(graph: Graph) -> None:
    value(graph, "a").producer = None


def imitate(graph: Graph) -> None:
    original = value(graph, "fc")
    node(graph, "a").inputs = (Value("fc", original.type),)


def misfile(graph: Graph) -> None:
    graph.weights["other"] = graph.weights.pop("fc.bias")


def lose(graph: Graph) -> None:
    del graph.weights["fc.bias"]


def show(graph: Graph) -> None:
    graph.outputs.append(GraphOutput("z", Value("z", TensorType(DType.BOOL, ()))))


def unknown_symbol(graph: Graph) -> None:
    made = value(graph, "a")
    made.type = made.type.with_shape((graph.domain.symbol("M"), 4))
    value(graph, "fc").type = made.type


def other_domain(graph: Graph) -> None:
    entry = graph.inputs[0].value
    entry.type = entry.type.with_shape((Domain().symbol("N"), 4))


def late_unit(graph: Graph) -> None:
    graph.domain.unit["N"] = 8


def name_twice(graph: Graph) -> None:
    graph.weights["x"] = Weight("x", TensorType(DType.BOOL, ()), initial=Constant(0.0))


def other_attribute(graph: Graph) -> None:
    target = node(graph, "fc")
    target.operation = replace(target.operation, out=5)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("damage", "where", "what"),
    [
        (swap, "b", "it reads `a`: it is not defined before"),
        (rename, "fc", "two values have this name"),
        (forget, "a", "its producer is not the node that makes it"),
        (imitate, "a", "it reads `fc`: another value of this name is meant"),
        (misfile, "fc.bias", "it is kept under another name, `other`"),
        (lose, "fc", "it reads `fc.bias`: it is not defined before"),
        (show, "z", "the output shows `z`, which is not defined"),
        (unknown_symbol, "fc", "its results are float32[M, 4], and its layer gives float32[N, 4]"),
        (other_domain, "x", "symbol `N` is not that of the graph's domain"),
        (late_unit, "x", "symbol `N` is not that of the graph's domain"),
        (name_twice, "x", "two values have this name"),
        (other_attribute, "fc", "`weight` is float32[4, 4]"),
    ],
)
def test_damage_is_found(damage: Callable[[Graph], None], where: str, what: str) -> None:
    graph = parse(CHAIN)
    damage(graph)
    with pytest.raises(IrError) as caught:
        verify(graph)
    assert caught.value.where == where
    assert what in caught.value.what


def test_a_state_may_be_a_pair() -> None:
    graph = parse(CHAIN)
    graph.states.append(StatePair("x", "y"))
    verify(graph)


def test_a_symbol_of_no_input_is_found() -> None:
    text = SCAN.replace("body=graph scan {\n", "body=graph scan {\n    domain own\n").replace(
        "%cell: float32[N, 8]", "%cell: float32[M, 8]"
    )
    with pytest.raises(IrError, match="its results"):
        verify(parse(text))
    graph = parse(CHAIN.replace("float32[N, 4] = relu", "float32[M, 4] = expand[shape=(<M>, 4)]"))
    with pytest.raises(IrError, match="symbol `M` occurs in no input"):
        verify(graph)
