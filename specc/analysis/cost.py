"""What a model costs: parameters, MACs, FLOPs and bytes, in all and for each layer. Exact, evaluated late."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.analysis.bindings import Binder
from specc.base.diagnostics import placing
from specc.ir.graph import Graph, Node, Role, Value, Weight
from specc.ir.operation import Cost, Operation
from specc.layers.scan import Scan
from specc.tensor.dims import Dim, total
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class Parameters:
    """Elements of the stored tensors, each tensor counted once; `bytes` of both kinds. Literals do not count."""

    trainable: int
    buffers: int
    bytes: int

    @property
    def total(self) -> int:
        """Trainable and buffers."""
        return self.trainable + self.buffers


@dataclass(frozen=True, slots=True)
class OutputShape:
    """An output of the model at the bindings."""

    name: str
    dtype: str
    shape: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class LayerCost:
    """One node; a number is None while the bindings leave a symbol in its formula free.

    `params` are trainable elements that no earlier node has. `read_formula` are the bytes of inputs and weights,
    `written_formula` those of the results, each tensor counted once; `bytes` is their sum.
    """

    path: str
    layer: str
    source: str
    output_shape: tuple[int | str, ...]
    params: int
    macs: int | None
    flops: int | None
    bytes: int | None
    macs_formula: Dim
    flops_formula: Dim
    read_formula: Dim
    written_formula: Dim


@dataclass(frozen=True, slots=True)
class CostReport:
    """Everything about one graph at one set of bindings. Formulas are in the symbols, whether bound or not."""

    params: Parameters
    macs: int | None
    flops: int | None
    macs_formula: Dim
    flops_formula: Dim
    outputs: tuple[OutputShape, ...]
    layers: tuple[LayerCost, ...]


def analyse(graph: Graph, binder: Binder) -> CostReport:
    """Costs of `graph` at the sizes of `binder`, which may leave symbols free and are valid (`binding_mistakes`)."""
    layers = tuple(_layer_costs(graph, binder))
    macs = total(layer.macs_formula for layer in layers)
    flops = total(layer.flops_formula for layer in layers)
    return CostReport(
        parameters(graph),
        binder.value(macs),
        binder.value(flops),
        macs,
        flops,
        tuple(_output(entry.name, entry.value.type, binder) for entry in graph.outputs),
        layers,
    )


def parameters(graph: Graph) -> Parameters:
    """Counts of the stored tensors of `graph`."""
    weights = {id(weight): weight for weight in graph.weights.values() if weight.role is not Role.LITERAL}
    trainable = sum(elements(weight) for weight in weights.values() if weight.role is Role.TRAINABLE)
    buffers = sum(elements(weight) for weight in weights.values() if weight.role is Role.BUFFER)
    return Parameters(trainable, buffers, sum(weight_bytes(weight) for weight in weights.values()))


def elements(weight: Weight) -> int:
    """Number of elements."""
    count = 1
    for dim in weight.dims:
        count *= dim
    return count


def weight_bytes(weight: Weight) -> int:
    """Bytes that the elements take."""
    return -(-elements(weight) * weight.type.dtype.bits // 8)


def _layer_costs(graph: Graph, binder: Binder) -> Iterator[LayerCost]:
    counted: set[int] = set()
    costs = _Costs()
    for node in graph.nodes:
        outputs = tuple(value.type for value in node.outputs)
        cost = costs.of(node, outputs)
        read, written = _traffic(node, binder)
        yield LayerCost(
            node.path,
            node.operation.name,
            str(node.span) if node.span else "",
            tuple(binder.shown(dim) for dim in outputs[0].shape),
            _new_parameters(node, counted),
            binder.value(cost.macs),
            binder.value(cost.flops),
            binder.value(binder.total((read, written))),
            cost.macs,
            cost.flops,
            read,
            written,
        )


class _Costs:
    """Costs of nodes; equal operations on equal types are worked out once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Operation, tuple[TensorType | None, ...]], Cost] = {}

    def of(self, node: Node, outputs: tuple[TensorType, ...]) -> Cost:
        """The cost of one node."""
        key = node.operation, tuple(None if value is None else value.type for value in node.inputs)
        try:
            found = self._known.get(key)
        except TypeError:
            return self._computed(node, outputs)
        if found is None:
            found = self._known[key] = self._computed(node, outputs)
        return found

    def _computed(self, node: Node, outputs: tuple[TensorType, ...]) -> Cost:
        with placing(node.span):
            return node.operation.cost(node.input_types(), outputs)


def _new_parameters(node: Node, counted: set[int]) -> int:
    count = 0
    for value in read_values(node):
        if isinstance(value, Weight) and value.role is Role.TRAINABLE and id(value) not in counted:
            counted.add(id(value))
            count += elements(value)
    return count


def read_values(node: Node) -> Iterator[Value]:
    """What `node` reads: its inputs, then its weights, for a scan those that its body reads."""
    yield from filter(None, node.inputs)
    yield from node.weights.values()
    if isinstance(node.operation, Scan):
        for inner in node.operation.body.nodes:
            yield from (value for value in read_values(inner) if isinstance(value, Weight))


def _traffic(node: Node, binder: Binder) -> tuple[Dim, Dim]:
    """Bytes that `node` reads and writes."""
    rows = node.operation.looked_up(node.input_types())
    values = filter(None, node.inputs) if rows is not None else read_values(node)
    read = {id(value): value.type for value in values}
    tables = () if rows is None else (TensorType(node.outputs[0].type.dtype, (rows,)),)
    return (
        binder.total([binder.bytes(type_) for type_ in (*read.values(), *tables)]),
        binder.total([binder.bytes(value.type) for value in node.outputs]),
    )


def _output(name: str, type_: TensorType, binder: Binder) -> OutputShape:
    return OutputShape(name, str(type_.dtype), tuple(binder.shown(dim) for dim in type_.shape))
