"""Queries, keys and values of attention layers, with heads side by side in the last dim or on an axis of their own."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Port, Rejected
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.common.errors_sequence import HeadsDiffer, HeadsDoNotDivide, HeadsDoNotGroup
from specc.layers.common.heads import Heads, from_heads, to_heads
from specc.tensor.types import TensorType

QUERY_KEY_VALUE = (
    Port("query", doc="[N, Tq, heads * size] or [N, heads, Tq, size]"),
    Port("key", optional=True, doc="like the query, which it is by default"),
    Port("value", optional=True, doc="like the key, which it is by default"),
)


def key_and_value(inputs: Arguments[TensorType]) -> tuple[int, int]:
    """Ports at which the keys and the values stand."""
    key = 0 if inputs.get(1) is None else 1
    return key, key if inputs.get(2) is None else 2


def need_heads(layer: str, inputs: Arguments[TensorType], num_heads: int, num_kv_heads: int | None) -> Heads:
    """The sizes of queries, keys and values at the first three ports; rejects those that do not fit each other.

    `num_heads` are the heads of the queries, or 1 where the tensors have an axis for them; `num_kv_heads` those of keys
    and values where they differ.
    """
    key_port, value_port = key_and_value(inputs)
    query, key = inputs[0], inputs[key_port]
    FLOATS.need_one(layer, Arguments(QUERY_KEY_VALUE, inputs.items[:3]))
    need_rank(layer, query, 3, 4, "[N, T, heads * size] or [N, heads, T, size]")
    for port in (key_port, value_port):
        need_rank(layer, inputs[port], query.rank, query.rank, "as many as the query", port)
    same_places(layer, inputs, query.rank - 2)
    if num_kv_heads is None:
        num_kv_heads = 1 if key.rank == 4 else num_heads
    heads, size = _split(layer, inputs, 0, num_heads)
    kv_heads, key_size = _split(layer, inputs, key_port, num_kv_heads)
    value_heads, value_size = _split(layer, inputs, value_port, num_kv_heads)
    blames = Blame(0, query.rank - 1), Blame(key_port, query.rank - 1)
    need_equal(layer, "the sizes of a query and of a key", size, key_size, *blames)
    need_equal(layer, "the heads of keys and values", kv_heads, value_heads, Blame(key_port), Blame(value_port))
    if heads % kv_heads:
        raise Rejected(HeadsDoNotGroup(heads, kv_heads), Blame(0), Blame(key_port))
    return Heads(query.shape[0], heads, kv_heads, query.shape[-2], key.shape[-2], size, value_size)


def _split(layer: str, inputs: Arguments[TensorType], port: int, heads: int) -> tuple[int, int]:
    """Number and size of the heads of the tensor at `port`."""
    tensor = inputs[port]
    last = need_number(layer, tensor, -1, port)
    need_some(layer, tensor, (tensor.rank - 1,), port)
    if tensor.rank == 4:
        given = need_number(layer, tensor, 1, port)
        if heads not in (1, given):
            raise Rejected(HeadsDiffer(heads, tensor), Blame(port, 1))
        return given, last
    if last % heads:
        raise Rejected(HeadsDoNotDivide(layer, heads, last, inputs.ports[port].name), Blame(port, 2))
    return heads, last // heads


def same_places(layer: str, inputs: Arguments[TensorType], places: int) -> None:
    """Reject keys of another batch, and values of another batch or number than the keys (on the axis `places`)."""
    key, value = key_and_value(inputs)
    for port, name in ((key, "keys"), (value, "values")):
        left, right = inputs[0].shape[0], inputs[port].shape[0]
        need_equal(layer, f"the batch of queries and of {name}", left, right, Blame(0, 0), Blame(port, 0))
    left, right = inputs[key].shape[places], inputs[value].shape[places]
    need_equal(layer, "the numbers of keys and values", left, right, Blame(key, places), Blame(value, places))


def mixed_type(query: TensorType, sizes: Heads) -> TensorType:
    """The result: as many heads as the query, of the size of the values."""
    if query.rank == 4:
        return query.with_shape((*query.shape[:3], sizes.value_size))
    return query.with_shape((*query.shape[:2], sizes.heads * sizes.value_size))


def split_heads(build: Builder, site: Site, sizes: Heads, turned: bool = False) -> tuple[str, str, str]:
    """Queries, keys and values, [N, heads, T, size]; keys as [N, heads, size, T] where they are to be `turned`."""
    key_port, value_port = key_and_value(site.types)
    query, key, value = site.inputs[0], site.inputs[key_port], site.inputs[value_port]
    if site.types[0].rank == 4:
        return query, build.op("Transpose", key, perm=(0, 1, 3, 2)) if turned else key, value
    query = to_heads(build, query, site.types[0].shape, sizes.heads, sizes.key_size)
    key = to_heads(build, key, site.types[key_port].shape, sizes.kv_heads, sizes.key_size, keys=turned)
    value = to_heads(build, value, site.types[value_port].shape, sizes.kv_heads, sizes.value_size)
    return query, key, value


def join_heads(build: Builder, site: Site, mixed: str, sizes: Heads) -> str:
    """[N, heads, Tq, value size] in the layout of the query."""
    return mixed if site.types[0].rank == 4 else from_heads(build, mixed, sizes)
