"""What a training step costs beside the forward pass: arithmetic of the gradients, tensors kept for them, state.

A product `y = w x` of n multiply-accumulates has the gradients `dx = w' dy` and `dw = dy x'`, each of n again; only
those that reach something trainable are computed. Other arithmetic counts in the backward pass what it counts in the
forward pass. Kept tensors are those that PyTorch's formulas save (derivatives.yaml of PyTorch 2), each once, with the
probabilities of attention as in its plain form; parameters do not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from specc.analysis.cost import elements, read_values
from specc.analysis.kept import Kept, kept_by
from specc.ir.graph import Graph, Node, Role, Value, Weight
from specc.tensor.dims import Dim, total

OPTIMISERS: Mapping[str, int] = {"sgd": 0, "momentum": 1, "adam": 2}
"""Numbers that an optimiser keeps for each parameter: nothing, a velocity, two moments (Kingma, Ba 2014)."""


@dataclass(frozen=True, slots=True)
class LayerTraining:
    """Backward pass of one layer, in the symbols: MACs of the gradient of its inputs and of its weights, FLOPs of all,
    and bytes of float32 tensors that it is the first to keep."""

    path: str
    input_macs: Dim
    weight_macs: Dim
    flops: Dim
    kept: Dim


@dataclass(frozen=True, slots=True)
class Training:
    """A step over one batch: backward MACs and FLOPs, kept activations in bytes, gradients and optimiser state.

    `state` are the bytes that each optimiser keeps, `gradients` those of the gradients, both float32.
    """

    layers: tuple[LayerTraining, ...]
    macs: Dim
    flops: Dim
    kept: Dim
    gradients: int
    state: Mapping[str, int]


def training(graph: Graph) -> Training:
    """What training `graph` costs."""
    needing = _needing_gradients(graph)
    seen: set[object] = set()
    layers = tuple(_layer(node, needing, seen) for node in graph.nodes)
    weights = {id(w): w for w in graph.weights.values() if w.role is Role.TRAINABLE}
    size = 4 * sum(elements(weight) for weight in weights.values())
    return Training(
        layers,
        total(part for layer in layers for part in (layer.input_macs, layer.weight_macs)),
        total(layer.flops for layer in layers),
        total(layer.kept for layer in layers),
        size,
        {name: count * size for name, count in OPTIMISERS.items()},
    )


def _needing_gradients(graph: Graph) -> frozenset[int]:
    """Ids of the values that depend on something trainable, by floating-point arithmetic alone."""
    found = {id(weight) for weight in graph.weights.values() if weight.role is Role.TRAINABLE}
    for node in graph.nodes:
        if any(id(value) in found for value in read_values(node)):
            found.update(id(value) for value in node.outputs if value.type.dtype.is_float)
    return frozenset(found)


def _layer(node: Node, needing: frozenset[int], seen: set[object]) -> LayerTraining:
    outputs = tuple(value.type for value in node.outputs)
    cost = node.operation.cost(node.input_types(), outputs)
    if not any(id(value) in needing for value in node.outputs):
        return LayerTraining(node.path, 0, 0, 0, 0)
    trained = any(id(value) in needing for value in _own_weights(node))
    products = cost.macs if not any(True for _ in _own_weights(node)) else cost.products
    by_weights = cost.macs - products
    reaching = [value for value in node.inputs if value is not None and id(value) in needing]
    input_macs = (by_weights if reaching else 0) + products * min(
        2, len(reaching) if _is_pair(node) else 2 * bool(reaching)
    )
    weight_macs = by_weights if trained else 0
    flops = 2 * (input_macs + weight_macs) + cost.flops - 2 * cost.macs
    kept = total(_bytes(kept_by(node, needing), seen))
    return LayerTraining(node.path, input_macs, weight_macs, flops, kept)


def _own_weights(node: Node) -> Iterator[Value]:
    inputs = {id(value) for value in node.inputs}
    yield from (v for v in read_values(node) if isinstance(v, Weight) and id(v) not in inputs)


def _is_pair(node: Node) -> bool:
    """Whether each input is one operand of the product, as in `a @ b`."""
    return sum(value is not None for value in node.inputs) == 2 and node.operation.name in ("matmul", "einsum")


def _bytes(kept: Iterable[Kept], seen: set[object]) -> Iterator[Dim]:
    for one in kept:
        if one.key not in seen:
            seen.add(one.key)
            yield one.bytes
