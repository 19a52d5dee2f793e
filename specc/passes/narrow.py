"""A model in half precision: float16 or bfloat16 where that is safe, float32 where it is not."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field, replace

from specc.ir.algorithms import reads
from specc.ir.copy import with_bodies
from specc.ir.fields import bodies, field_values
from specc.ir.graph import Graph, GraphInput, GraphOutput, Node, Value, Weight
from specc.ir.operation import Arguments, Operation, Rejected
from specc.layers.cast import Cast
from specc.passes.islands import BFLOAT16_CONVOLUTIONS, ISLANDS, NO_BFLOAT16
from specc.passes.ledger import Entry, Ledger
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

WIDE = DType.FLOAT32


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The element type, paths of layers that stay in float32 with all below them, whether inputs and outputs of the
    model stay in float32 as the spec declares them, and the opset that is emitted."""

    dtype: DType
    keep: frozenset[str] = frozenset()
    wide_interface: bool = True
    opset: int = 21


def narrowed(graph: Graph, choice: Narrowing, ledger: Ledger) -> Graph:
    """`graph` with its float32 tensors in the type of `choice`; layers that stay in float32 are noted in `ledger`, and
    tensors are cast where both meet. Other types stay as they are."""
    return _Narrower(graph, choice, ledger).run()


@dataclass(slots=True)
class _Narrower:
    """One walk over a graph. `stand` are the new values of old ones, `casts` those that were cast, by type."""

    graph: Graph
    choice: Narrowing
    ledger: Ledger
    stand: dict[Value, Value] = field(default_factory=dict)
    casts: dict[tuple[Value, DType], Value] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    wide: dict[Node, str] = field(default_factory=dict)

    def run(self) -> Graph:
        """The new graph."""
        old = self.graph
        self.wide = {node: why for node in old.nodes if (why := self._why_wide(node))}
        slim = self._slim_weights()
        weights = {name: self._weight(weight, weight in slim) for name, weight in old.weights.items()}
        inputs = [GraphInput(self._input(entry), entry.default) for entry in old.inputs]
        for node in old.nodes:
            self._node(node)
        outputs = [GraphOutput(entry.name, self._shown(entry.value), entry.span) for entry in old.outputs]
        return replace(old, inputs=inputs, outputs=outputs, nodes=self.nodes, weights=weights)

    def _slim_weights(self) -> set[Value]:
        """Weights that a layer reads which will be narrow."""
        return {
            value
            for node in self.graph.nodes
            if node not in self.wide
            for value in reads(node)
            if isinstance(value, Weight) and value.type.dtype is WIDE
        }

    def _why_wide(self, node: Node) -> str | None:
        """Why a layer stays in float32; None where it does not, or has nothing to do with it."""
        name, half = node.operation.name, self.choice.dtype is DType.BFLOAT16
        if name in ISLANDS:
            return ISLANDS[name]
        if half and (name in NO_BFLOAT16 or (name == "conv" and self.choice.opset < BFLOAT16_CONVOLUTIONS)):
            return "the runtime has no bfloat16 kernel for it"
        if any(node.path == path or node.path.startswith(f"{path}.") for path in self.choice.keep):
            return "it was asked for"
        try:
            operation, types = _retyped(node, self.choice.dtype)
            fits = all(spec.dtype is not WIDE for spec in operation.weights(types))
            operation.infer(types)
        except Rejected:
            fits = False
        return None if fits else f"the layer does not take {self.choice.dtype}"

    def _weight(self, weight: Weight, slim: bool) -> Weight:
        type_ = _typed(weight.type, self.choice.dtype) if slim else weight.type
        made = replace(weight, type=type_, aliases=list(weight.aliases))
        self.stand[weight] = made
        return made

    def _input(self, entry: GraphInput) -> Value:
        type_ = entry.value.type
        if not self.choice.wide_interface:
            type_ = _typed(type_, self.choice.dtype)
        self.stand[entry.value] = Value(entry.value.name, type_, entry.value.span)
        return self.stand[entry.value]

    def _shown(self, value: Value) -> Value:
        """What an output shows: of the type of the spec, or narrow."""
        if value.type.dtype is not WIDE:
            return self.stand[value]
        return self._as(value, WIDE if self.choice.wide_interface else self.choice.dtype)

    def _node(self, node: Node) -> None:
        why = self.wide.get(node)
        dtype = WIDE if why else self.choice.dtype
        if why and any(value.type.dtype is WIDE for value in node.outputs):
            source = "" if node.span is None else f"{node.span.source.name}:{node.span.line}"
            self.ledger.entries.append(
                Entry(str(self.choice.dtype), (node.path,), source, False, f"{node.operation.name} in float32: {why}")
            )
        operation, types = _retyped(node, dtype)
        if any(True for _ in bodies(node)):
            operation = with_bodies(operation, {value: self._as(value, dtype) for value in reads(node)})
        inputs = tuple(None if value is None else self._as(value, dtype) for value in node.inputs)
        weights = {name: self._as(value, dtype) for name, value in node.weights.items()}
        outputs = tuple(
            Value(value.name, type_, value.span)
            for value, type_ in zip(node.outputs, operation.infer(types), strict=True)
        )
        made = Node(operation, node.path, inputs, weights, outputs, node.span, node.calls)
        for old, value in zip(node.outputs, outputs, strict=True):
            value.producer = made
            self.stand[old] = value
        self.nodes.append(made)

    def _as(self, old: Value, dtype: DType) -> Value:
        """The value that stands for `old`, in `dtype` where it was float32."""
        value = self.stand.get(old, old)
        if old.type.dtype is not WIDE or value.type.dtype is dtype:
            return value
        if (value, dtype) not in self.casts:
            self.casts[value, dtype] = self._cast(value, dtype)
        return self.casts[value, dtype]

    def _cast(self, value: Value, dtype: DType) -> Value:
        path = f"{value.name}/{dtype}"
        made = Value(path, value.type.with_dtype(dtype), value.span)
        made.producer = Node(Cast(dtype), path, (value,), {}, (made,), value.span)
        self.nodes.append(made.producer)
        return made


def _typed(type_: TensorType, dtype: DType) -> TensorType:
    return type_.with_dtype(dtype) if type_.dtype is WIDE else type_


def _retyped(node: Node, dtype: DType) -> tuple[Operation, Arguments[TensorType]]:
    """The layer of `node`, and the types of its inputs, with `dtype` in the place of float32."""
    items = tuple(None if value is None else _typed(value.type, dtype) for value in node.inputs)
    operation = node.operation if dtype is WIDE else _narrow_attributes(node.operation, dtype)
    return operation, Arguments(operation.ports, items)


def _narrow_attributes(operation: Operation, dtype: DType) -> Operation:
    """The layer with `dtype` where an attribute is float32."""
    wide = [name for name, value, _ in field_values(operation) if value is WIDE]
    if not wide:
        return operation
    made = copy(operation)
    for name in wide:
        object.__setattr__(made, name, dtype)
    return made
