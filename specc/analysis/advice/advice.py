"""A piece of advice, and the facts that it is drawn from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from specc.analysis.bindings import Binder
from specc.analysis.cost import LayerCost, Parameters
from specc.analysis.roofline import Roofline
from specc.base.diagnostics import SpecError
from specc.ir.graph import Graph, Node
from specc.ir.operation import Arguments, Operation, Rejected
from specc.tensor.dims import Dim
from specc.tensor.poly import terms_of
from specc.tensor.types import TensorType

WORTH = 0.02
"""Share of the model's MACs below which a layer is left alone."""
SAVING = 0.8
"""What is left of a layer's MACs at most, for a change to be worth its while."""


@dataclass(frozen=True, slots=True)
class Price:
    """MACs of one run, and trainable elements."""

    macs: Dim
    params: int


@dataclass(frozen=True, slots=True)
class Advice:
    """`why` a layer stands out and what to change it to; `change` is empty where there is nothing to exchange.

    A change computes another function, so it is never applied. `before` and `after` are what the layer costs, worked
    out by the layers themselves; None where the change is not about costs. `source` is a paper.
    """

    kind: str
    path: str
    why: str
    change: str = ""
    source: str = ""
    before: Price | None = None
    after: Price | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """A graph with what its layers cost at the sizes of `binder`, and the times on a device where it has figures."""

    graph: Graph
    layers: Sequence[LayerCost]
    params: Parameters
    macs: int | None
    binder: Binder
    roofline: Roofline | None

    def pairs(self) -> Iterator[tuple[Node, LayerCost]]:
        """Nodes beside their costs, without those of little weight in the whole."""
        for node, layer in zip(self.graph.nodes, self.layers, strict=True):
            if layer.macs_formula != 0 and self.share(layer) >= WORTH:
                yield node, layer

    def share(self, layer: LayerCost) -> float:
        """Share of the MACs; 1 while a size is free."""
        return 1.0 if layer.macs is None or not self.macs else layer.macs / self.macs

    def saves(self, before: Price, after: Price) -> bool:
        """Whether a change leaves at most `SAVING` of the MACs, at every size where the sizes are free."""
        old, new = self.binder.value(before.macs), self.binder.value(after.macs)
        if old is None or new is None:
            return _ratio(before.macs, after.macs) <= SAVING
        return new <= SAVING * old


Adviser: TypeAlias = Callable[[Facts], Iterator[Advice]]


def own_price(node: Node) -> Price:
    """What a node costs itself, its weights counted here even where they are shared."""
    inputs = node.input_types()
    outputs = tuple(value.type for value in node.outputs)
    return Price(node.operation.cost(inputs, outputs).macs, _trainable(node.operation, inputs))


def chain_price(first: TensorType, operations: Sequence[Operation]) -> Price | None:
    """What layers cost one after another, each over the result of the one before; None where one does not fit."""
    macs: Dim = 0
    params, type_ = 0, first
    for operation in operations:
        inputs: Arguments[TensorType] = Arguments(operation.ports, (type_,))
        try:
            params += _trainable(operation, inputs)
            outputs = operation.infer(inputs)
            macs = macs + operation.cost(inputs, outputs).macs
        except (Rejected, SpecError):
            return None
        type_ = outputs[0]
    return Price(macs, params)


def _trainable(operation: Operation, inputs: Arguments[TensorType]) -> int:
    count = 0
    for spec in operation.weights(inputs):
        size = 1
        for dim in spec.shape:
            size *= dim
        count += size if spec.trainable else 0
    return count


def _ratio(before: Dim, after: Dim) -> float:
    """Largest quotient of coefficients, which bounds that of the polynomials; infinite where a term is new."""
    old, new = (dict(terms_of(dim)) for dim in (before, after))
    return max((count / old[term] if old.get(term, 0) > 0 else float("inf") for term, count in new.items()), default=0)
