"""Who makes and who reads what in a lowered graph, and which tensors are constants computed from weights."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.ir.graph import Weight
from specc.ir.operators import Initializer, Literal, Operator, OperatorGraph
from specc.ir.relayout import Relayout, Stored, Transposed
from specc.tensor.dtypes import DType

_ENDINGS = ("/folded", "/transposed")


@dataclass(frozen=True, slots=True)
class Constant:
    """A tensor computed from weights when the model is written; names made of it start with `stem`."""

    relayout: Relayout
    shape: tuple[int, ...]
    stem: str

    def transposed(self, permutation: tuple[int, ...]) -> Constant:
        """The same with its axes in another order."""
        shape = tuple(self.shape[axis] for axis in permutation)
        if isinstance(self.relayout, Transposed) and len(permutation) == 2 and permutation == (1, 0):
            return Constant(self.relayout.source, shape, self.stem)
        return Constant(Transposed(self.relayout, permutation), shape, self.stem)


class Network:
    """The main graph of a model: `readers` of a name, an operator once for each of its inputs, are in order. `held` are
    the names that outputs show or bodies read."""

    def __init__(self, graph: OperatorGraph) -> None:
        self.graph = graph
        self.producers = {name: operator for operator in graph.operators for name in operator.outputs if name}
        self.readers: dict[str, list[Operator]] = {}
        for operator in graph.operators:
            for name in operator.inputs:
                self.readers.setdefault(name, []).append(operator)
        shown = {entry.name for entry in graph.outputs}
        self.held = shown | {name for operator in graph.operators for name in read_by_bodies(operator)}
        self._inputs = {entry.name for entry in graph.inputs}

    def only_reader(self, name: str) -> Operator | None:
        """The operator that alone reads `name`, which no output shows."""
        readers = self.readers.get(name, [])
        return readers[0] if len(readers) == 1 and name not in self.held else None

    def is_constant(self, name: str) -> bool:
        """Whether `name` is stored with the model, as a weight or as a literal."""
        return name in self.graph.initializers and name not in self._inputs

    def literal(self, name: str) -> tuple[float, ...] | None:
        """The elements of a literal."""
        data = self.graph.initializers[name].data if self.is_constant(name) else None
        return tuple(float(item) for item in data.items) if isinstance(data, Literal) else None

    def constant(self, name: str) -> Constant | None:
        """How `name` follows from weights of float32; None where it does not, or is known only at run time."""
        if self.is_constant(name):
            return self._stored(self.graph.initializers[name])
        made = self.producers.get(name)
        if made is None or made.op_type != "Transpose":
            return None
        source, order = self.constant(made.inputs[0]), made.attributes.get("perm")
        if source is None or not isinstance(order, tuple):
            return None
        return source.transposed(tuple(axis for axis in order if isinstance(axis, int)))

    def _stored(self, initializer: Initializer) -> Constant | None:
        data = initializer.data
        if initializer.dtype is not DType.FLOAT32 or isinstance(data, Literal):
            return None
        if not isinstance(data, Weight):
            return Constant(data, initializer.shape, _stem(initializer.name, data))
        if self.graph.weights.get(data.name) is not data:
            return None
        return Constant(Stored(data.name), initializer.shape, _stem(initializer.name, Stored(data.name)))


def _stem(name: str, relayout: Relayout) -> str:
    """The path of the weight where it is one, as it is or transposed, else the tensor's own name."""
    source = relayout.source if isinstance(relayout, Transposed) else relayout
    stem = source.path if isinstance(source, Stored) else name
    for ending in _ENDINGS:
        stem = stem.removesuffix(ending)
    return stem


def bodies(operator: Operator) -> Iterator[OperatorGraph]:
    """The graphs in the attributes of `operator`."""
    return (value for value in operator.attributes.values() if isinstance(value, OperatorGraph))


def read_by_bodies(operator: Operator) -> Iterator[str]:
    """Names that the bodies of `operator` read or show, those of their own among them."""
    for body in bodies(operator):
        yield from (entry.name for entry in body.outputs)
        for inner in body.operators:
            yield from inner.inputs
            yield from read_by_bodies(inner)
