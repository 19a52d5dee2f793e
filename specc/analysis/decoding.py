"""What a decoder keeps of each token: keys and values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.ir.graph import Graph, Node
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
        if getattr(node.operation, "causal", False) is True and node.operation.name in _KEYS:
            yield node.path, _KEYS[node.operation.name](node)


def _of_operands(node: Node) -> Dim:
    """Keys and values of `attention`: rows of its second and third input, by default the input before."""
    types = node.input_types()
    key = types.get("key") or types[0]
    value = types.get("value") or key
    return _row(key, key.rank - 2) + _row(value, value.rank - 2)


def _of_projections(node: Node) -> Dim:
    """Keys and values of `multihead_attention`: as wide as the heads that they have."""
    wide = node.input_types()[0].shape[-1]
    heads = _integer(node, "num_heads") or 1
    groups = _integer(node, "num_kv_heads") or heads
    assert isinstance(wide, int)
    return 2 * 4 * (wide // heads * groups)


_KEYS = {"attention": _of_operands, "multihead_attention": _of_projections}


def _integer(node: Node, name: str) -> int | None:
    value = getattr(node.operation, name, None)
    return value if isinstance(value, int) else None


def _row(type_: TensorType, axis: int) -> Dim:
    """Bytes of a place along `axis` in one sequence of the batch."""
    sizes = [dim for place, dim in enumerate(type_.shape) if place not in (0, axis)]
    count: Dim = type_.dtype.bits // 8
    for size in sizes:
        count = count * size
    return count
