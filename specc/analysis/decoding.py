"""What a decoder keeps of each token: keys and values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.ir.graph import Graph, Node
from specc.layers.attention import Attention
from specc.layers.multihead_attention import MultiheadAttention
from specc.tensor.dims import Dim, total
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class Cache:
    """Bytes that are kept for each token of each sequence, and the layers or states that keep them."""

    per_token: Dim
    holders: tuple[str, ...]


def token_cache(graph: Graph) -> Cache | None:
    """The states that grow with each run, else keys and values of the layers of causal attention; None without any."""
    found = list(_growing_states(graph)) or list(_causal_attention(graph))
    if not found:
        return None
    return Cache(total(size for _, size in found), tuple(name for name, _ in found))


def _growing_states(graph: Graph) -> Iterator[tuple[str, Dim]]:
    """States whose next value is longer along one axis."""
    inputs = {entry.value.name: entry.value.type for entry in graph.inputs}
    outputs = {entry.name: entry.value.type for entry in graph.outputs}
    for pair in graph.states:
        before, after = inputs[pair.input], outputs[pair.output]
        longer = [axis for axis, (x, y) in enumerate(zip(before.shape, after.shape, strict=True)) if x != y]
        if len(longer) == 1:
            yield pair.input, _row(before, longer[0])


def _causal_attention(graph: Graph) -> Iterator[tuple[str, Dim]]:
    for node in graph.nodes:
        operation = node.operation
        if isinstance(operation, Attention) and operation.causal:
            yield node.path, _of_operands(node)
        elif isinstance(operation, MultiheadAttention) and operation.causal:
            yield node.path, _of_projections(node, operation)


def _of_operands(node: Node) -> Dim:
    """Keys and values of `attention`: rows of its second and third input, by default the input before."""
    types = node.input_types()
    key = types.get("key") or types[0]
    value = types.get("value") or key
    return _row(key, key.rank - 2) + _row(value, value.rank - 2)


def _of_projections(node: Node, operation: MultiheadAttention) -> Dim:
    """Keys and values of `multihead_attention`: as wide as the heads that they have."""
    query = node.input_types()[0]
    wide = query.shape[-1]
    assert isinstance(wide, int)
    groups = operation.num_kv_heads or operation.num_heads
    return 2 * (query.dtype.bits // 8) * (wide // operation.num_heads * groups)


def _row(type_: TensorType, axis: int) -> Dim:
    """Bytes of a place along `axis` in one sequence of the batch."""
    sizes = [dim for place, dim in enumerate(type_.shape) if place not in (0, axis)]
    count: Dim = type_.dtype.bits // 8
    for size in sizes:
        count = count * size
    return count
