"""The text of graphs: printed, and read back."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_samples import CHAIN, NET, SCAN, operations, parse, value

from specc.base.source import Source, Span
from specc.ir.fields import field_values
from specc.ir.graph import Graph, GraphInput, GraphOutput, Role, StatePair, Value, Weight
from specc.ir.initial import Constant, Values
from specc.ir.text_parse import IrSyntaxError, parse_graph
from specc.ir.text_print import print_graph, print_value
from specc.ir.text_scan import Scanner, dataclasses_of
from specc.layers.onnx_operator import OnnxOperator
from specc.layers.slice import Cut, NewAxis, Pick, Rest, Slice
from specc.tensor.dims import Domain, floordiv, maximum
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@pytest.mark.parametrize("text", [NET, SCAN, CHAIN], ids=["net", "scan", "chain"])
def test_text_prints_back(text: str) -> None:
    assert print_graph(parse(text)) == text


def test_every_part_is_read() -> None:
    graph = parse(NET)
    assert (graph.name, graph.doc, graph.scope_docs) == ("net", 'A net.\nWith two "lines".', {"layer1": "First block."})
    assert graph.domain.low == {"H": 32, "N": 0, "P": 0}
    assert (graph.domain.high, graph.domain.unit) == ({"H": 1024}, {"H": 32})
    assert [str(fact) for fact in graph.domain.facts] == ["-P - T + 1024"]
    assert [entry.default for entry in graph.inputs] == [None, 1.0, None]
    assert graph.states == [StatePair("past.0.key", "present.0.key")]
    weight = graph.weights["layer1.conv.weight"]
    assert (weight.fan_in, weight.fan_out, weight.aliases, weight.role) == (27, 72, ["tied.weight"], Role.TRAINABLE)
    assert graph.weights["table"].role is Role.BUFFER
    assert graph.weights["literal/float32[]/-0.5"].initial == Constant(-0.5)
    conv, relu, split = graph.nodes[:3]
    assert conv.inputs == (graph.inputs[0].value,)
    assert conv.weights == {"weight": weight, "bias": graph.weights["layer1.conv.bias"]}
    assert str(conv.span) == "net.specc:5:9"
    assert [str(call) for call in conv.calls] == ["net.specc:20:5", "lib/std.specc:4:2"]
    assert (relu.path, relu.outputs[0].name, relu.span) == ("layer1.act", "layer1.relu", None)
    assert [str(out.span) for out in split.outputs] == ["net.specc:6:4", "None"]
    assert all(out.producer is split for out in split.outputs)
    assert [output.name for output in graph.outputs] == ["out put", "present.0.key"]
    assert graph.outputs[1].value is graph.inputs[2].value


def test_a_body_shares_domain_and_weights() -> None:
    graph = parse(SCAN)
    values = {name: item for name, item, _ in field_values(graph.nodes[0].operation)}
    body = values["body"]
    assert isinstance(body, Graph)
    assert body.domain is graph.domain
    assert body.nodes[0].weights["weight"] is graph.weights["cell.weight"]
    assert (values["states"], values["sequences"], values["axis"]) == (1, 1, 1)


def test_a_body_may_have_its_own_domain() -> None:
    text = SCAN.replace("body=graph scan {\n", "body=graph scan {\n    domain own\n    symbol N: high 9\n")
    graph = parse(text)
    assert print_graph(graph) == text
    assert graph.domain.high == {}


@dataclass(frozen=True)
class Box:
    """A value of fields."""

    item: object
    other: object = None


def scalars() -> st.SearchStrategy[object]:
    domain = Domain(unit={"H": 4})
    height, time = domain.symbol("H"), domain.symbol("T")
    dims = (height, 3 * time + 1, floordiv(height, 64), -floordiv(time, 2), maximum(time, height) * 2)
    return st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(max_size=8),
        st.sampled_from(list(DType)),
        st.sampled_from(dims),
        st.sampled_from((Constant(1.0), Values((1.0, inf)), Pick(3), Cut(None, dims[1], 2), NewAxis(), Rest())),
    )


def nested() -> st.SearchStrategy[object]:
    keys = st.integers() | st.text(max_size=3)
    return st.recursive(
        scalars(),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3).map(tuple),
            st.dictionaries(keys, inner, max_size=2),
            st.builds(Box, inner, inner),
        ),
        max_leaves=8,
    )


@given(nested())
@settings(max_examples=300, deadline=None)
def test_attribute_values_read_back(value: object) -> None:
    text = print_value(value)
    domain = Domain(unit={"H": 4})
    scanner = Scanner(text, lambda: {**dataclasses_of((Slice,)), "Box": Box})
    again = scanner.value(domain)
    assert scanner.position == len(text)
    assert again == value
    assert print_value(again) == text
    assert type(again) is type(value)


names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=8) | st.sampled_from(
    ("_", "a:1", "a:b", "0", "output", "x y", "a.0.b/c", '"', "%", "min", "graph", "as")
)


@given(st.lists(names, min_size=3, max_size=6, unique=True), st.lists(names, max_size=2), names, st.text(max_size=9))
@settings(max_examples=200, deadline=None)
def test_any_name_reads_back(made: list[str], aliases: list[str], file: str, doc: str) -> None:
    source = Source(file, "\n".join(["0123456789"] * 9))
    kind = TensorType(DType.FLOAT32, (2, 3))
    graph = Graph(made[0], doc=doc, scope_docs={made[1]: doc})
    graph.inputs = [GraphInput(Value(made[0], kind, Span(source, 13, 14)), 0.5)]
    weight = Weight(made[1], kind, initial=Constant(0.0), aliases=list(aliases))
    graph.weights = {made[1]: weight}
    relu = parse(CHAIN).nodes[1]
    relu.path, relu.inputs = made[-1], (weight,)
    relu.outputs = (Value(made[2], kind, Span(source, 40, 44), relu),)
    relu.span, relu.calls = Span(source, 22, 30), (Span(source, 0, 3),)
    graph.nodes = [relu]
    graph.outputs = [GraphOutput(made[1], relu.outputs[0])]
    text = print_graph(graph)
    again = parse_graph(text, operations())
    assert print_graph(again) == text
    assert [v.name for v in again.values()] == [v.name for v in graph.values()]
    assert (again.name, again.doc, again.scope_docs) == (graph.name, graph.doc, graph.scope_docs)
    assert (again.nodes[0].path, again.outputs[0].name) == (relu.path, made[1])
    assert str(again.nodes[0].span) == f"{file}:3:1"
    assert again.weights[made[1]].aliases == aliases


def test_an_empty_port_in_onnx_operators() -> None:
    text = CHAIN.replace(
        "relu(%fc)", 'onnx[op_type="Clip", domain="", attributes=(("a", (1, 2)),), results=(0,)](%fc, _, %x)'
    )
    graph = parse(text)
    assert graph.nodes[1].inputs == (value(graph, "fc"), None, value(graph, "x"))
    assert print_graph(graph) == text


def test_fields_without_text_are_supplied() -> None:
    text = CHAIN.replace("relu(%fc)", 'onnx[op_type="Relu", domain="", attributes=(), results=(0,)](%fc)')
    marker = object()
    graph = parse_graph(text, operations(), {"oracle": marker, "other": 1})
    operation = graph.nodes[1].operation
    assert isinstance(operation, OnnxOperator)
    assert operation.oracle is marker


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("linear[out=4]", "lineal[out=4]", 5, "there is no layer `lineal`"),
        ("linear[out=4]", "linear[outs=4]", 5, "outs"),
        ("linear[out=4]", "linear[out=4(", 5, "expected `]`"),
        ("linear[out=4]", "linear", 5, "missing"),
        ("linear[out=4]", "linear[out=Unknown(1)]", 5, "`Unknown` is no value"),
        ("linear[out=4]", "linear[out=4, init=Constant()]", 5, "missing"),
        ("linear[out=4]", "linear[out=<4 +>]", 5, "not a dim"),
        ("relu(%fc)", "relu(%fd)", 6, "`fd` is not defined"),
        ("relu(%fc)", "relu(%fc", 6, "expected `,`"),
        ("%dead: ", "%b: ", 8, "`b` is defined twice"),
        ("float32[N, 4] = relu", "float33[N, 4] = relu", 6, "not a tensor type"),
        ("float32[N, 4] = relu", "float32[N, 4 = relu", 6, "expected `]`"),
        ("= Constant(1.0)", "= 1", 3, "expected an initialiser"),
        ("= Constant(1.0)", "= Constant(1.0), fan 1", 3, "expected a number"),
        ("= Constant(1.0)", "= Constant(1.0), blue", 3, "expected `fan`, `also` or a role"),
        ("output y = %b", "output y = %b %b", 9, "expected the end of the line"),
        ("graph chain {", "graph chain {\n  symbol N: above 3", 2, "expected `low`, `high` or `unit`"),
        ("graph chain {", "graph chain {\n  fact 3 >= 0", 2, "a fact has to be about a symbol"),
        ("graph chain {", "graph chain {\n  fact N", 2, "not a dim"),
        ("relu(%fc)", "relu(%fc)  # net.specc:x", 6, "expected `:LINE:COLUMN`"),
        ("}\n", "}\nmore", 11, "expected the end of the text"),
        ("}\n", "", 10, "expected"),
    ],
)
def test_wrong_text_names_its_line(old: str, new: str, line: int, message: str) -> None:
    assert old in CHAIN
    with pytest.raises(IrSyntaxError) as caught:
        parse(CHAIN.replace(old, new))
    assert message in str(caught.value)
    assert caught.value.line == line
