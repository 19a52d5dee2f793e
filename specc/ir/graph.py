"""The graph: values, nodes and weights of one model, already expanded, every value with its type."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from specc.base.source import Span
from specc.ir.initial import Initial
from specc.ir.operation import Arguments, Operation
from specc.ir.relayout import Relayout
from specc.tensor.dims import Domain
from specc.tensor.types import TensorType


@dataclass(slots=True, eq=False)
class Value:
    """A tensor. `name` is unique in its graph; `producer` is None for inputs and weights."""

    name: str
    type: TensorType
    span: Span | None = None
    producer: Node | None = field(default=None, repr=False)


class Role(Enum):
    """What a weight is for: trained, a buffer (running statistics, fixed tables), or a literal of the spec."""

    TRAINABLE = "trainable"
    BUFFER = "buffer"
    LITERAL = "literal"


@dataclass(slots=True, eq=False)
class Weight(Value):
    """A tensor that is stored with the model; `name` is its dotted path, `aliases` further paths tied to it.

    One with a `relayout` is computed from other weights when the model is written.
    """

    initial: Initial = field(kw_only=True)
    role: Role = Role.TRAINABLE
    fan_in: int = 1
    fan_out: int = 1
    aliases: list[str] = field(default_factory=list)
    relayout: Relayout | None = None

    @property
    def dims(self) -> tuple[int, ...]:
        """The shape, which has no symbols."""
        return tuple(dim for dim in self.type.shape if isinstance(dim, int))


@dataclass(slots=True, eq=False)
class Node:
    """One application of a layer. `inputs` stand at the layer's ports (None: an empty optional port)."""

    operation: Operation
    path: str
    inputs: tuple[Value | None, ...]
    weights: dict[str, Value]
    outputs: tuple[Value, ...]
    span: Span | None = None
    calls: tuple[Span, ...] = ()

    def input_types(self) -> Arguments[TensorType]:
        """Types of the inputs, by port."""
        return Arguments(self.operation.ports, tuple(None if v is None else v.type for v in self.inputs))


@dataclass(slots=True, eq=False)
class GraphInput:
    """A named input. `default` fills it where the caller leaves it out."""

    value: Value
    default: float | None = None


@dataclass(slots=True, eq=False)
class GraphOutput:
    """A named output: the value that it shows."""

    name: str
    value: Value
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class StatePair:
    """An input and the output that feeds it in the next run, by name."""

    input: str
    output: str


@dataclass(slots=True, eq=False)
class Graph:
    """A model, or the body of a scan. `nodes` are in an order in which each comes after what it reads."""

    name: str
    domain: Domain = field(default_factory=Domain)
    doc: str = ""
    inputs: list[GraphInput] = field(default_factory=list)
    outputs: list[GraphOutput] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    weights: dict[str, Weight] = field(default_factory=dict)
    states: list[StatePair] = field(default_factory=list)
    scope_docs: dict[str, str] = field(default_factory=dict)

    def values(self) -> Iterator[Value]:
        """Inputs, weights, then what each node makes."""
        yield from (entry.value for entry in self.inputs)
        yield from self.weights.values()
        for node in self.nodes:
            yield from node.outputs
