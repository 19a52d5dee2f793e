"""Graphs that the tests of the graph share, as text."""

from __future__ import annotations

from specc.ir.graph import Graph, Node, Value
from specc.ir.operation import Operation
from specc.ir.text_parse import parse_graph
from specc.layers.onnx_operator import OnnxOperator
from specc.layers.registry import layers_by_name
from specc.layers.scan import Scan


def operations() -> dict[str, type[Operation]]:
    """Every layer, and the two that specs write in another way."""
    return {**layers_by_name(), Scan.name: Scan, OnnxOperator.name: OnnxOperator}


def parse(text: str) -> Graph:
    """The graph of `text`."""
    return parse_graph(text, operations())


def node(graph: Graph, path: str) -> Node:
    """The node at `path`."""
    return next(node for node in graph.nodes if node.path == path)


def value(graph: Graph, name: str) -> Value:
    """The value called `name`."""
    return next(value for value in graph.values() if value.name == name)


NET = """\
graph net {
  doc "A net.\\nWith two \\"lines\\"."
  scope layer1 "First block."
  symbol H: low 32, high 1024, unit 32
  symbol N: low 0
  symbol P: low 0
  fact -P - T + 1024 >= 0
  input %image: float32[N, 3, H, 32*T]  # net.specc:3:7
  input %mask: bool[N, min(P, T), P + T] = 1.0
  input %past.0.key: float32[N, (H + 2)//3 + 10]
  state past.0.key -> present.0.key
  weight %layer1.conv.weight: float32[8, 3, 3, 3] = Uniform(-0.2, 0.2), fan 27 72, also tied.weight  # net.specc:5:9
  weight %layer1.conv.bias: float32[8] = Constant(0.0)
  weight %table: float32[4] = Formula(Apply("+", (Index(0), Apply("sin", (2.5,))))), buffer
  weight %"literal/float32[]/-0.5": float32[] = Constant(-0.5), literal
  weight %file: float32[2] = File("/a b/x.npz", "k", @net.specc:7:1)
  %layer1.conv: float32[N, 8, H//2, 16*T] = conv[out=8, kernel=3, stride=2, padding=((1, 1), 1), init=Normal(0.02)]\
(%image, weight=%layer1.conv.weight, bias=%layer1.conv.bias)  # net.specc:5:9 < net.specc:20:5 < lib/std.specc:4:2
  %layer1.relu: float32[N, 8, H//2, 16*T] = relu(%layer1.conv) as layer1.act
  %split:0: float32[N, 4, H//2, 16*T], %split:1: float32[N, 4, H//2, 16*T] = split[sections=2](%layer1.relu)\
  # net.specc:6:1 | net.specc:6:4, _
  %add: float32[N, 4, H//2, 16*T] = add(%split:0, %split:1)
  %"mul by -1": float32[N, 4, H//2, 16*T] = mul(%add, %"literal/float32[]/-0.5")
  output "out put" = %"mul by -1"  # net.specc:9:3
  output present.0.key = %past.0.key
}
"""

SCAN = """\
graph recurrent {
  input %x: float32[N, T, 8]
  input %h: float32[N, 8]
  weight %cell.weight: float32[8, 8] = Constant(0.5), fan 8 8
  %scan:0: float32[N, 8], %scan:1: float32[N, T, 8] = scan[body=graph scan {
    input %scan/h: float32[N, 8]
    input %scan/x: float32[N, 8]
    %cell: float32[N, 8] = linear[out=8, bias=false](%scan/h, weight=%cell.weight)
    %sum: float32[N, 8] = add(%cell, %scan/x)
    output scan/state0 = %sum
    output scan/result0 = %sum
  }, states=1, sequences=1](%h, %x)  # r.specc:4:1
  output y = %scan:1
}
"""

CHAIN = """\
graph chain {
  input %x: float32[N, 4]
  weight %fc.weight: float32[4, 4] = Constant(1.0)
  weight %fc.bias: float32[4] = Constant(0.0)
  %fc: float32[N, 4] = linear[out=4](%x, weight=%fc.weight, bias=%fc.bias)
  %a: float32[N, 4] = relu(%fc)
  %b: float32[N, 4] = tanh(%a)
  %dead: float32[N, 4] = sigmoid(%a)
  output y = %b
}
"""
