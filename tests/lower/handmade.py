"""Graphs built node by node, for tests of what comes after the resolver."""

from __future__ import annotations

from dataclasses import dataclass, field

from specc.base.source import Source, Span
from specc.ir.graph import Graph, GraphInput, GraphOutput, Node, Role, Value, Weight
from specc.ir.operation import Arguments, Operation
from specc.tensor.dims import Dim, Domain
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

SOURCE = Source("net.specc", "".join(f"line {number}\n" for number in range(1, 200)))


def line(number: int) -> Span:
    """The whole of one line of the made-up source."""
    start = SOURCE.line_starts()[number - 1]
    return Span(SOURCE, start, start + 4)


@dataclass
class Net:
    """A graph that grows by one layer at a time; layer k is on line k of the source."""

    graph: Graph = field(default_factory=lambda: Graph("net", Domain()))

    def symbol(self, name: str, low: int = 1) -> Dim:
        self.graph.domain.low[name] = low
        return self.graph.domain.symbol(name)

    def input(self, name: str, *shape: Dim, dtype: DType = DType.FLOAT32, default: float | None = None) -> Value:
        value = Value(name, TensorType(dtype, shape), line(1))
        self.graph.inputs.append(GraphInput(value, default))
        return value

    def layer(self, operation: Operation, *inputs: Value | None, path: str) -> Value:
        return self.layers(operation, *inputs, path=path)[0]

    def layers(self, operation: Operation, *inputs: Value | None, path: str) -> tuple[Value, ...]:
        types = Arguments(operation.ports, tuple(None if value is None else value.type for value in inputs))
        weights: dict[str, Value] = {}
        for spec in operation.weights(types):
            name = f"{path}.{spec.name}"
            weights[spec.name] = self.graph.weights.setdefault(
                name,
                Weight(
                    name,
                    TensorType(spec.dtype, spec.shape),
                    line(len(self.graph.nodes) + 1),
                    initial=spec.initial,
                    role=Role.TRAINABLE if spec.trainable else Role.BUFFER,
                    fan_in=spec.fan_in,
                    fan_out=spec.fan_out,
                ),
            )
        made = tuple(Value(f"{path}:{i}", type_) for i, type_ in enumerate(operation.infer(types)))
        node = Node(operation, path, inputs, weights, made, line(len(self.graph.nodes) + 1))
        for value in made:
            value.producer = node
        self.graph.nodes.append(node)
        return made

    def output(self, name: str, value: Value) -> None:
        self.graph.outputs.append(GraphOutput(name, value, line(1)))
