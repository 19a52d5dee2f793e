"""Activations that are written out."""

from __future__ import annotations

from math import pi, sqrt
from typing import ClassVar

from specc.ir.graph import Node, Value
from specc.ir.operation import Arguments, Operation, Rejected
from specc.layers.gelu import Gelu
from specc.layers.quick_gelu import QuickGelu
from specc.layers.silu import Silu
from specc.passes.common.patterns import cube_of, factors, inner, maker, near, orders, scaled, with_number
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene

_Match = tuple[Value, Operation, tuple[Node, ...]]


class RecogniseActivations(Rewrite):
    """Makes one layer of a GELU or a SiLU that is written out: targets have faster forms of them than of their parts.

    Formula: gelu: x / 2 * (1 + erf(x / sqrt(2))), or x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))); silu:
        x * sigmoid(x); quick_gelu: x * sigmoid(1.702 * x)
    Example:
        y = 0.5 * x * (1 + erf(x / 1.4142135))
        y = x -> gelu
    """

    name: ClassVar[str] = "recognise_activations"
    layers: ClassVar[tuple[str, ...]] = ("mul", "div")

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """The last product of one."""
        if not node.outputs[0].type.dtype.is_float:
            return None
        found = _match(node)
        if found is None:
            return None
        source, operation, nodes = found
        if any(set(scene.readers(value)) - set(nodes) or scene.is_output(value) for value in inner(nodes, node)):
            return Refused(nodes, "parts of it are used elsewhere, too")
        try:
            fits = operation.infer(Arguments(operation.ports, (source.type,))) == (node.outputs[0].type,)
        except Rejected:
            fits = False
        if not fits:
            return Refused(nodes, f"`{operation.name}` does not take {source.type}")

        def edit(scene: Scene) -> None:
            scene.patch.change(node, operation, inputs=(source,))
            scene.patch.remove(*(one for one in nodes if one is not node))

        return Found(nodes, edit, operation.name)


def _match(node: Node) -> _Match | None:
    found, number, products = factors(node, most=3)
    if len(found) != 2:
        return None
    for source, gate in (found, found[::-1]):
        made = _gated(source, gate, number)
        if made is not None:
            return source, made[0], (*made[1], *products)
    return None


def _gated(source: Value, gate: Value, number: float) -> tuple[Operation, tuple[Node, ...]] | None:
    sigmoid = maker(gate, "sigmoid")
    if sigmoid is not None and number == 1:
        inside = sigmoid.inputs[0]
        if inside is source:
            return Silu(), (sigmoid,)
        factor = scaled(inside)
        fits = factor is not None and factor[0] is source and near(factor[1], 1.702)
        return (QuickGelu(), (*factor[2], sigmoid)) if factor is not None and fits else None
    total = maker(gate, "add")
    one = with_number(total, "add")
    if total is None or one is None or one[1] != 1 or number != 0.5:
        return None
    curve = maker(one[0], "erf", "tanh")
    if curve is None:
        return None
    inside = curve.inputs[0]
    if curve.operation.name == "erf":
        factor = scaled(inside)
        fits = factor is not None and factor[0] is source and near(factor[1], 1 / sqrt(2))
        return (Gelu(), (*factor[2], curve, total)) if factor is not None and fits else None
    nodes = _cubic(inside, source)
    return None if nodes is None else (Gelu("tanh"), (*nodes, curve, total))


def _cubic(value: Value | None, source: Value) -> tuple[Node, ...] | None:
    """The nodes of sqrt(2 / pi) * (source + 0.044715 * source^3)."""
    outer = scaled(value)
    total = None if outer is None or not near(outer[1], sqrt(2 / pi)) else maker(outer[0], "add")
    if outer is None or total is None:
        return None
    for one, other in orders(total):
        factor = scaled(other)
        cube = None if factor is None else cube_of(factor[0])
        if (
            one is source
            and factor is not None
            and cube is not None
            and cube[0] is source
            and near(factor[1], 0.044715)
        ):
            return (*cube[1], *factor[2], total, *outer[2])
    return None
