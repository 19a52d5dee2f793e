"""Orders of axes."""

from __future__ import annotations

from specc.ir.graph import Node
from specc.layers.swap import Swap
from specc.layers.transpose import Transpose

TRANSPOSES = ("transpose", "swap")


def permutation(node: Node | None) -> tuple[int, ...] | None:
    """The axes of the input in the order of the result; None where `node` does not change their order alone."""
    if node is None:
        return None
    rank = node.outputs[0].type.rank if node.outputs else 0
    match node.operation:
        case Transpose(axes):
            return tuple(axis % rank for axis in axes)
        case Swap(a, b):
            a, b = a % rank, b % rank
            return tuple({a: b, b: a}.get(axis, axis) for axis in range(rank))
        case _:
            return None


def composed(first: tuple[int, ...], second: tuple[int, ...]) -> tuple[int, ...]:
    """The order of axes after `first` and then `second`."""
    return tuple(first[axis] for axis in second)


def in_order(axes: tuple[int, ...]) -> bool:
    """Whether nothing is moved."""
    return axes == tuple(range(len(axes)))
