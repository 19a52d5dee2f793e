"""Products, sums, quotients and differences of a tensor and a constant."""

from __future__ import annotations

from dataclasses import dataclass

from specc.ir.graph import Node, Value, Weight
from specc.ir.relayout import Applied, Filled, Relayout
from specc.passes.common.constants import constant, negated, per_channel
from specc.passes.rewrite import Scene

ARITHMETIC = ("mul", "div", "add", "sub", "neg")
NOT_PER_CHANNEL = "the constant is not one number, or one for each channel"


@dataclass(frozen=True, slots=True)
class Step:
    """gain * value + shift, each `[]` or one for each channel, `[C]`; None: 1 and 0."""

    value: Value
    gain: Relayout | None = None
    shift: Relayout | None = None


def operands(node: Node, scene: Scene) -> tuple[Value, Weight | None, bool] | None:
    """What `node` computes of a floating-point tensor with a constant: both, and whether the constant stands first.
    The constant does not change the shape."""
    result = node.outputs[0]
    if not result.type.dtype.is_float:
        return None
    first, second = node.inputs[0], node.inputs[1] if len(node.inputs) > 1 else None
    if node.operation.name == "neg":
        return None if first is None else (first, None, False)
    for value, other, swapped in ((first, second, False), (second, first, True)):
        number = constant(other, scene)
        if value is not None and number is not None and not isinstance(value, Weight) and value.type == result.type:
            return value, number, swapped
    return None


def step_of(node: Node, scene: Scene, axis: int) -> Step | str | None:
    """The step that `node` is, its constant along `axis`; a reason where it is none for the shape of the constant."""
    found = operands(node, scene)
    if found is None:
        return None
    value, number, swapped = found
    if number is None:
        return Step(value, Filled((), -1.0))
    relayout = per_channel(number, value.type.rank, axis)
    if relayout is None:
        return NOT_PER_CHANNEL
    match node.operation.name:
        case "mul":
            return Step(value, relayout)
        case "div" if not swapped:
            return Step(value, Applied("reciprocal", relayout))
        case "add":
            return Step(value, None, relayout)
        case "sub" if swapped:
            return Step(value, Filled((), -1.0), relayout)
        case "sub":
            return Step(value, None, negated(relayout))
        case _:
            return None
