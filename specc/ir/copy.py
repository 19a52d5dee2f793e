"""A graph once more, so that passes may change it while the one that was resolved stays as it is."""

from __future__ import annotations

from copy import copy
from dataclasses import replace

from specc.ir.fields import bodies, field_values
from specc.ir.graph import Graph, GraphInput, GraphOutput, Node, Value, Weight
from specc.ir.operation import Operation


def copied(graph: Graph) -> Graph:
    """An equal graph with values, weights and nodes of its own; layers, domain and places are shared."""
    return _copied(graph, {})


def _copied(graph: Graph, known: dict[Value, Value]) -> Graph:
    """A copy in which values of the graphs around are those in `known`, to which its own are added."""
    inputs = [GraphInput(_value(entry.value, known), entry.default) for entry in graph.inputs]
    weights = {name: _weight(weight, known) for name, weight in graph.weights.items()}
    nodes = [_node(node, known) for node in graph.nodes]
    outputs = [GraphOutput(output.name, known.get(output.value, output.value), output.span) for output in graph.outputs]
    states, docs = list(graph.states), dict(graph.scope_docs)
    return Graph(graph.name, graph.domain, graph.doc, inputs, outputs, nodes, weights, states, docs)


def _value(value: Value, known: dict[Value, Value]) -> Value:
    known[value] = Value(value.name, value.type, value.span)
    return known[value]


def _weight(weight: Weight, known: dict[Value, Value]) -> Weight:
    made = replace(weight, aliases=list(weight.aliases))
    known[weight] = made
    return made


def _node(node: Node, known: dict[Value, Value]) -> Node:
    inputs = tuple(None if value is None else known.get(value, value) for value in node.inputs)
    weights = {name: known.get(value, value) for name, value in node.weights.items()}
    operation = with_bodies(node.operation, known) if any(True for _ in bodies(node)) else node.operation
    outputs = tuple(_value(value, known) for value in node.outputs)
    made = Node(operation, node.path, inputs, weights, outputs, node.span, node.calls)
    for value in outputs:
        value.producer = made
    return made


def with_bodies(operation: Operation, known: dict[Value, Value]) -> Operation:
    """The layer with its bodies copied, which read what `known` has in the place of values around them."""
    made = copy(operation)
    for name, body, _ in field_values(operation):
        if isinstance(body, Graph):
            object.__setattr__(made, name, _copied(body, dict(known)))
    return made
