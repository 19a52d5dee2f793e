"""A lowered graph in the making, from another that stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from specc.ir.operators import Attribute, Initializer, Literal, Operator, OperatorGraph
from specc.ir.relayout import Relayout
from specc.quantise.network import Network, read_by_bodies
from specc.tensor.dtypes import DType


@dataclass(slots=True)
class Rewriting:
    """Operators are appended in order; those that are kept keep their names, new tensors get names of their own."""

    network: Network
    operators: list[Operator] = field(default_factory=list)
    initializers: dict[str, Initializer] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Start with all that is stored."""
        graph = self.network.graph
        self.initializers = dict(graph.initializers)
        self._taken = {*self.initializers, *self.network.producers, *(entry.name for entry in graph.inputs)}

    def name(self, stem: str) -> str:
        """A name that no tensor has."""
        name, count = stem, 0
        while name in self._taken:
            count += 1
            name = f"{stem}_{count}"
        self._taken.add(name)
        return name

    def store(self, stem: str, data: Relayout | Literal, dtype: DType, shape: tuple[int, ...]) -> str:
        """Store a tensor; the same under the same name is stored once."""
        name, count = stem, 0
        while name in self.initializers and not _same(self.initializers[name], data, dtype, shape):
            count += 1
            name = f"{stem}_{count}"
        if name not in self.initializers:
            name = self.name(name)
            self.initializers[name] = Initializer(name, dtype, shape, data)
        return name

    def keep(
        self, operator: Operator, inputs: tuple[str, ...] | None = None, outputs: tuple[str, ...] | None = None
    ) -> None:
        """Append an operator of the graph, perhaps with other inputs, or other names of its results."""
        self.operators.append(
            replace(
                operator,
                inputs=operator.inputs if inputs is None else inputs,
                outputs=operator.outputs if outputs is None else outputs,
                attributes=dict(operator.attributes),
            )
        )

    def op(
        self,
        like: Operator,
        op_type: str,
        inputs: tuple[str, ...],
        outputs: tuple[str, ...] | None = None,
        domain: str = "",
        **attributes: Attribute,
    ) -> str:
        """Append an operator of the layer of `like`; the name of its first result."""
        given = list(inputs)
        while given and not given[-1]:
            given.pop()
        made = outputs or (self.name(f"{like.layer}/{op_type}"),)
        self.operators.append(Operator(op_type, tuple(given), made, attributes, domain, like.layer, like.source))
        return made[0]

    def finished(self) -> OperatorGraph:
        """The graph without operators and stored tensors that nothing reads any more."""
        graph = self.network.graph
        read = {entry.name for entry in graph.outputs}
        kept: list[Operator] = []
        for operator in reversed(self.operators):
            if not read.isdisjoint(operator.outputs):
                kept.append(operator)
                read.update(operator.inputs)
                read.update(read_by_bodies(operator))
        defaults = {entry.name for entry in graph.inputs if entry.default is not None}
        wanted = read | defaults
        stored = {name: held for name, held in self.initializers.items() if name in wanted}
        made = {name for operator in kept for name in operator.outputs}
        types = {name: type_ for name, type_ in graph.types.items() if name in made}
        return replace(graph, operators=kept[::-1], initializers=stored, types=types)


def _same(stored: Initializer, data: object, dtype: DType, shape: tuple[int, ...]) -> bool:
    return (stored.dtype, stored.shape, stored.data) == (dtype, shape, data)


def attribute_int(attributes: Mapping[str, Attribute], name: str, otherwise: int) -> int:
    """An attribute that is an integer."""
    value = attributes.get(name, otherwise)
    return value if isinstance(value, int) else otherwise
