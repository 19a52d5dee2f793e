"""Values that are known when a model is written, and how further ones are computed from them."""

from __future__ import annotations

from specc.ir.graph import Graph, Node, Role, Value, Weight
from specc.ir.initial import Constant, Values
from specc.ir.relayout import Applied, Filled, Product, Relayout, Reshaped, Stored, stored_paths
from specc.passes.rewrite import Scene

WEIGHTS_ARE_INPUTS = "the weights are inputs of the model"
_STEPS = 16
"""Weights that one may be computed from, step by step."""


def constant(value: Value | None, scene: Scene) -> Weight | None:
    """`value` as a weight whose elements are known when the model is written."""
    if not isinstance(value, Weight) or too_deep(value, scene.graph):
        return None
    return value if value.role is Role.LITERAL or scene.setting.with_weights else None


def relayout_of(weight: Value) -> Relayout:
    """How a further weight is computed from `weight`."""
    return Stored(weight.name)


def literal_number(value: Value | None) -> float | None:
    """The number that the spec writes for every element of `value`."""
    if not isinstance(value, Weight) or value.role is not Role.LITERAL or value.relayout is not None:
        return None
    match value.initial:
        case Constant(number):
            return number
        case Values((number,)):
            return number
        case _:
            return None


def too_deep(weight: Weight, graph: Graph) -> bool:
    """Whether `weight` is computed from so many others, step by step, that no more shall be added."""
    pending, count = [weight], 0
    while pending:
        relayout = pending.pop().relayout
        count += relayout is not None
        if count > _STEPS:
            return True
        pending += [graph.weights[path] for path in stored_paths(relayout)] if relayout is not None else []
    return False


def per_channel(weight: Weight, rank: int, axis: int) -> Relayout | None:
    """`weight` as a factor or summand of a tensor of `rank` axes, where it is one number, `[]`, or one for each index
    along `axis`, `[C]`."""
    dims = (*(1,) * (rank - len(weight.dims)), *weight.dims)
    if len(dims) != rank or any(size != 1 for other, size in enumerate(dims) if other != axis % rank):
        return None
    size = dims[axis % rank]
    return Reshaped(relayout_of(weight), () if size == 1 else (size,))


def is_wide(relayout: Relayout) -> bool:
    """Whether a factor or a summand is one for each channel, and not one for all."""
    match relayout:
        case Filled(shape, _) | Reshaped(_, shape):
            return bool(shape)
        case Applied(_, source):
            return is_wide(source)
        case _:
            return True


def negated(relayout: Relayout) -> Relayout:
    """-relayout."""
    return Applied("neg", relayout)


def product(*factors: Relayout | None) -> Relayout | None:
    """The product of the factors that are there."""
    given = tuple(factor for factor in factors if factor is not None)
    return None if not given else given[0] if len(given) == 1 else Product(given)


def all_literal(node: Node) -> bool:
    """Whether the spec writes down all that `node` reads."""
    given = [value for value in node.inputs if value is not None]
    return all(isinstance(value, Weight) and value.role is Role.LITERAL for value in given)
