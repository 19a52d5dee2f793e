"""Layers at the full resolution of the image."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from specc.analysis.advice.advice import Advice, Facts, Price, own_price
from specc.base.diagnostics import SpecError
from specc.ir.graph import Graph, Node
from specc.ir.operation import Arguments, Operation, Rejected
from specc.layers.conv import Conv
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType

HIGH = 0.2


def early_downsampling(facts: Facts) -> Iterator[Advice]:
    """A stride of 2 in the first convolution, where the rest of the net then still fits and gives the same outputs."""
    first = next((node for node in facts.graph.nodes if isinstance(node.operation, Conv)), None)
    if first is None or not isinstance(first.operation, Conv) or first.operation.stride != 1 or not facts.macs:
        return
    image = first.input_types()[0]
    size = image.shape[2:]
    same = [layer for node, layer in facts.pairs() if node.outputs[0].type.shape[2:] == size and len(size) == 2]
    share = sum(layer.macs or 0 for layer in same) / facts.macs
    if share < HIGH:
        return
    after = _price(facts.graph, {id(first): replace(first.operation, stride=2)})
    before = Price(sum(layer.macs or 0 for layer in facts.layers), facts.params.trainable)
    if after is not None and facts.saves(before, after):
        shown = "x".join(str(facts.binder.shown(dim)) for dim in size)
        yield Advice(
            "early downsampling",
            first.path,
            f"{share:.0%} of all MACs are spent at the full {shown}",
            "stride 2 in the first convolution; the figures are those of the whole net",
            "Paszke et al. 2016, arXiv:1606.02147, section 4; Szegedy et al. 2015, arXiv:1512.00567, section 2",
            before,
            after,
        )


def _price(graph: Graph, changed: Mapping[int, Operation]) -> Price | None:
    """What the whole graph costs with other operations; None where it no longer fits or gives other outputs."""
    types: dict[int, TensorType] = {}
    macs: Dim = 0
    params = 0
    for node in graph.nodes:
        operation = changed.get(id(node), node.operation)
        given = tuple(None if v is None else types.get(id(v), v.type) for v in node.inputs)
        if operation is node.operation and given == node.input_types().items:
            macs = macs + own_price(node).macs
            continue
        found = _inferred(operation, Arguments(operation.ports, given), node)
        if found is None:
            return None
        outputs, cost = found
        macs = macs + cost
        types.update({id(value): type_ for value, type_ in zip(node.outputs, outputs, strict=True)})
    if any(types.get(id(entry.value), entry.value.type) != entry.value.type for entry in graph.outputs):
        return None
    for weight in graph.weights.values():
        params += weight.type.size if weight.role.value == "trainable" and isinstance(weight.type.size, int) else 0
    return Price(macs, params)


def _inferred(
    operation: Operation, inputs: Arguments[TensorType], node: Node
) -> tuple[tuple[TensorType, ...], Dim] | None:
    try:
        shapes = {spec.name: spec.shape for spec in operation.weights(inputs)}
        outputs = operation.infer(inputs)
        cost = operation.cost(inputs, outputs).macs
    except (Rejected, SpecError):
        return None
    kept = all(node.weights[name].type.shape == shape for name, shape in shapes.items() if name in node.weights)
    return (outputs, cost) if kept else None
