"""What a rewrite is: it looks at one node after another and says what it would change, or why it does not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias, Union

from specc.ir.algorithms import users
from specc.ir.graph import Graph, Node, Role, Value, Weight
from specc.ir.operation import ZEROS, Arguments, Operation
from specc.ir.patch import Patch
from specc.ir.relayout import Relayout
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class Setting:
    """What rewrites are told of a compile: whether weights are stored with the model, and the target's name."""

    with_weights: bool = True
    target: str = "portable"


@dataclass(slots=True)
class Scene:
    """The graph as it is during one sweep, and the patch that collects what will be changed."""

    graph: Graph
    setting: Setting
    patch: Patch = field(default_factory=Patch)
    _users: dict[Value, list[Node]] = field(default_factory=dict)
    _shown: set[Value] = field(default_factory=set)
    _names: set[str] = field(default_factory=set)
    _places: dict[str, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Look up who reads what."""
        self._users = users(self.graph)
        self._shown = {output.value for output in self.graph.outputs}
        self._names = {value.name for value in self.graph.values()} | {node.path for node in self.graph.nodes}
        for index, node in enumerate(self.graph.nodes):
            self._places.setdefault(node.operation.name, []).append(index)

    def at(self, layers: tuple[str, ...]) -> list[Node]:
        """The nodes whose layers are among `layers`, in order."""
        places = sorted(index for layer in layers for index in self._places.get(layer, ()))
        return [self.graph.nodes[index] for index in places]

    def readers(self, value: Value) -> list[Node]:
        """The nodes that read `value`."""
        return self._users.get(value, [])

    def is_output(self, value: Value) -> bool:
        """Whether an output of the graph shows `value`."""
        return value in self._shown

    def only_reader(self, value: Value) -> Node | None:
        """The node that alone reads `value`, which no output shows."""
        readers = self.readers(value)
        return readers[0] if len(readers) == 1 and value not in self._shown else None

    def own(self, node: Node, name: str) -> Weight | None:
        """The stored weight `name` of `node`, where nothing else reads or shows it; None for one that is computed."""
        value = node.weights.get(name)
        if not isinstance(value, Weight) or self.is_output(value) or len(self.readers(value)) != 1:
            return None
        return value

    def fresh(self, stem: str) -> str:
        """A name that no value has."""
        name, count = stem, 0
        while name in self._names:
            count += 1
            name = f"{stem}_{count}"
        self._names.add(name)
        return name

    def folded(
        self, name: str, like: Value, dims: tuple[int, ...], relayout: Relayout, role: Role = Role.TRAINABLE
    ) -> Weight:
        """A new weight of the element type of `like`, computed from others; unlike them it is no weight of the spec."""
        type_ = TensorType(like.type.dtype, dims)
        made = Weight(self.fresh(name), type_, like.span, initial=ZEROS, role=role, relayout=relayout)
        self.patch.add_weight(made)
        return made

    def made(
        self,
        node: Node,
        operation: Operation,
        inputs: tuple[Value | None, ...],
        stem: str,
        weights: dict[str, Value] | None = None,
    ) -> Node:
        """A new node beside `node`, with results of the types that its layer gives."""
        results, path = _results(operation, inputs), self.fresh(stem)
        names = [path] if len(results) == 1 else [self.fresh(f"{path}:{index}") for index in range(len(results))]
        return _node(node, operation, path, inputs, weights or {}, list(zip(names, results, strict=True)))

    def renewed(self, node: Node, operation: Operation, inputs: tuple[Value | None, ...]) -> Node:
        """A new node, without weights, in the place of `node`, which will be gone: it has its path and names."""
        names = [value.name for value in node.outputs]
        results = list(zip(names, _results(operation, inputs), strict=True))
        return _node(node, operation, node.path, inputs, {}, results)


def _results(operation: Operation, inputs: tuple[Value | None, ...]) -> tuple[TensorType, ...]:
    return operation.infer(Arguments(operation.ports, tuple(None if value is None else value.type for value in inputs)))


def _node(
    like: Node,
    operation: Operation,
    path: str,
    inputs: tuple[Value | None, ...],
    weights: dict[str, Value],
    results: list[tuple[str, TensorType]],
) -> Node:
    outputs = tuple(Value(name, type_, like.span) for name, type_ in results)
    made = Node(operation, path, inputs, weights, outputs, like.span, like.calls)
    for value in outputs:
        value.producer = made
    return made


@dataclass(frozen=True, slots=True)
class Found:
    """A change: the nodes that it removes, changes or relies on, what makes it, and a sentence about it."""

    nodes: tuple[Node, ...]
    edit: Callable[[Scene], None]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A place where the rewrite would fit, but for one reason."""

    nodes: tuple[Node, ...]
    why: str


Outcome: TypeAlias = Union[Found, Refused, None]


class Rewrite(ABC):
    """One kind of change. The docstring says what is changed and why the result is equal, with an example.

    `level` is the `-O` from which on it is made; `layers` are the names of those that it may start at.
    """

    name: ClassVar[str]
    level: ClassVar[int] = 1
    layers: ClassVar[tuple[str, ...]]

    @abstractmethod
    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """What could be changed at `node`; None where the rewrite has nothing to do with it."""


class Cleanup(ABC):
    """A change of the graph as a whole."""

    name: ClassVar[str]
    level: ClassVar[int] = 1

    @abstractmethod
    def clean(self, scene: Scene) -> tuple[Found, ...]:
        """All that is changed; the edits do not touch each other."""


Pass: TypeAlias = Union[Rewrite, Cleanup]
