"""Tensors that a layer keeps for its backward pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from specc.ir.graph import Node, Value, Weight
from specc.layers.batchnorm import BatchNorm
from specc.layers.common.movement import Movement
from specc.layers.groupnorm import GroupNorm
from specc.layers.instancenorm import InstanceNorm
from specc.layers.layernorm import LayerNorm
from specc.layers.rmsnorm import RmsNorm
from specc.tensor.dims import Dim, product
from specc.tensor.types import TensorType

NOTHING = frozenset(
    (
        *("add", "sub", "neg", "identity", "sum", "mean", "cumsum", "pad", "upsample", "resize", "tril", "triu"),
        *("round", "floor", "ceil", "sign", "trunc"),
    )
)
"""Layers whose gradient depends on no element."""
OUTPUT = frozenset(
    (
        *("relu", "sigmoid", "tanh", "softmax", "softmin", "log_softmax", "exp", "exp2", "expm1"),
        *("sqrt", "rsqrt", "reciprocal"),
    )
)
"""Layers whose gradient is a function of the result."""
NORMS = frozenset(("batchnorm", "layernorm", "rmsnorm", "groupnorm", "instancenorm"))
INDEXED = frozenset(("embedding", "embedding_bag", "gather", "gather_nd", "take_along_dim", "scatter", "index_add"))
"""Layers whose gradient is put where the indices say."""
GATES = {"lstm": 4, "gru": 3, "rnn": 1}


@dataclass(frozen=True, slots=True)
class Kept:
    """A tensor that is kept, told apart by `key`, and its bytes."""

    key: object
    bytes: Dim


def kept_by(node: Node, needing: frozenset[int]) -> Iterator[Kept]:
    """What `node` keeps when the values of `needing` get a gradient."""
    name = node.operation.name
    if name in INDEXED:
        yield from _values(value for value in node.inputs if value is not None and value.type.dtype.is_integer)
    elif name == "where":
        yield from _values(value for value in node.inputs[:1] if value is not None)
    elif isinstance(node.operation, Movement) or name in NOTHING:
        return
    elif name in OUTPUT:
        yield from _values(node.outputs)
    elif name in ("mul", "matmul", "div", "einsum"):
        yield from _operands(node, needing)
    elif name == "dropout":
        yield Kept((node.path, "mask"), node.outputs[0].type.size)
    else:
        yield from _values(value for value in node.inputs if value is not None and value.type.dtype.is_float)
        yield from _more(node)


def _more(node: Node) -> Iterator[Kept]:
    """Beside the inputs: statistics of norms, places of maxima, probabilities, gates."""
    inside = node.operation.kept_inside(node.input_types())
    if inside:
        yield Kept((node.path, "inside"), 4 * inside)
    if not node.inputs:
        return
    name, given, made = node.operation.name, node.inputs[0], node.outputs[0].type
    assert given is not None
    if name in NORMS:
        yield Kept((node.path, "statistics"), 4 * _spreads(node, given.type) * (1 if name == "rmsnorm" else 2))
    elif name == "maxpool":
        yield Kept((node.path, "places"), 8 * made.size)
    elif name in GATES and made.rank == 3:
        yield Kept((node.path, "gates"), 4 * made.size * (GATES[name] + 1))
        yield from _values(node.outputs[:1])


def _spreads(node: Node, given: TensorType) -> Dim:
    """How many spreads a norm works out."""
    match node.operation:
        case BatchNorm():
            return given.shape[1]
        case GroupNorm():
            return given.shape[0] * node.operation.num_groups
        case InstanceNorm():
            return given.shape[0] * given.shape[1]
        case LayerNorm() | RmsNorm():
            count = node.operation.dims if isinstance(node.operation.dims, int) else len(node.operation.dims)
            return product(given.shape[: given.rank - count])
    raise AssertionError(node.operation.name)


def _operands(node: Node, needing: frozenset[int]) -> Iterator[Kept]:
    """Each operand that the gradient of another one is made of."""
    operands = [value for value in node.inputs if value is not None]
    for index, value in enumerate(operands):
        others = (other for place, other in enumerate(operands) if place != index)
        if any(id(other) in needing for other in others):
            yield from _values((value,))


def _values(values: Iterable[Value]) -> Iterator[Kept]:
    for value in values:
        if not isinstance(value, Weight):
            yield Kept(id(value), value.type.size * (value.type.dtype.bits // 8))
