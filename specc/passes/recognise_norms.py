"""Normalisations that are written out."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node, Value
from specc.ir.operation import Arguments, Operation, Rejected
from specc.layers.layernorm import LayerNorm
from specc.layers.mean import Mean
from specc.layers.rmsnorm import RmsNorm
from specc.layers.var import Var
from specc.passes.common.patterns import inner, maker, orders, square_of, with_number
from specc.passes.rewrite import Found, Outcome, Refused, Rewrite, Scene

_Match = tuple[Value, Operation, tuple[Node, ...]]
_Part = tuple[Value, tuple[Node, ...]]


class RecogniseNorms(Rewrite):
    """Makes one layer of a layer normalisation or a root mean square normalisation over the last dims that is written
    out. Factors and summands after it become its weights (`fold_arithmetic`).

    Formula: x / sqrt(mean(x^2) + eps); the same of x - mean(x), or with var(x)
    Example:
        y = x / sqrt(mean(x ** 2, -1, keepdims=true) + 1e-6)
        y = x -> rmsnorm(1e-6, affine=false)
    """

    name: ClassVar[str] = "recognise_norms"
    layers: ClassVar[tuple[str, ...]] = ("mul", "div")

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """The product or quotient at its end."""
        found = _match(node)
        if found is None:
            return None
        source, operation, nodes = found
        kept = [value for value in inner(nodes, node) if value is not source]
        if any(set(scene.readers(value)) - set(nodes) or scene.is_output(value) for value in kept):
            return Refused(nodes, "parts of it are used elsewhere, too")
        try:
            types = Arguments(operation.ports, (source.type,))
            fits = operation.weights(types) == () and operation.infer(types) == (node.outputs[0].type,)
        except Rejected:
            fits = False
        if not fits:
            return Refused(nodes, f"`{operation.name}` does not take {source.type}")

        def edit(scene: Scene) -> None:
            scene.patch.change(node, operation, inputs=(source,))
            scene.patch.remove(*(one for one in nodes if one is not node))

        return Found(nodes, edit, operation.name)


def _match(node: Node) -> _Match | None:
    for value, spread in list(orders(node))[: 1 if node.operation.name == "div" else 2]:
        root = _root(spread, node.operation.name == "div")
        total = None if root is None else maker(root[0], "add")
        added = with_number(total, "add")
        if root is None or total is None or added is None or added[1] <= 0:
            continue
        found = _normalised(value, added[0], added[1])
        if found is not None:
            return found[0], found[1], (*found[2], total, *root[1], node)
    return None


def _root(spread: Value, divided: bool) -> _Part | None:
    """The tensor of whose root `spread` is, or the reciprocal where it multiplies."""
    if divided:
        node = maker(spread, "sqrt")
        return None if node is None or node.inputs[0] is None else (node.inputs[0], (node,))
    node = maker(spread, "rsqrt", "reciprocal")
    inside = None if node is None else node.inputs[0]
    if node is None or inside is None:
        return None
    if node.operation.name == "rsqrt":
        return inside, (node,)
    root = _root(inside, True)
    return None if root is None else (root[0], (*root[1], node))


def _normalised(value: Value, spread: Value, eps: float) -> _Match | None:
    """The layer that `value` / sqrt(`spread` + eps) is."""
    variance = maker(spread, "var")
    if variance is not None and isinstance(variance.operation, Var):
        source, dims = variance.inputs[0], _trailing(variance, variance.operation.axes, variance.operation.keepdims)
        centred = _centred(value)
        if source is None or centred is None or centred[0] is not source or centred[1] != dims:
            return None
        plain = variance.operation.correction == 0 and dims is not None
        return (source, LayerNorm(dims, eps, False), (*centred[2], variance)) if plain and dims is not None else None
    mean = maker(spread, "mean")
    square = None if mean is None else square_of(mean.inputs[0])
    if mean is None or square is None or square[0] is not value or not isinstance(mean.operation, Mean):
        return None
    dims = _trailing(mean, mean.operation.axes, mean.operation.keepdims)
    if dims is None:
        return None
    centred, nodes = _centred(value), (*square[1], mean)
    if centred is not None and centred[1] == dims:
        return centred[0], LayerNorm(dims, eps, False), (*centred[2], *nodes)
    return value, RmsNorm(eps, dims, False), nodes


def _centred(value: Value) -> tuple[Value, int, tuple[Node, ...]] | None:
    """The tensor whose mean over so many last dims was taken off to give `value`."""
    node = maker(value, "sub")
    source = None if node is None else node.inputs[0]
    mean = None if node is None else maker(node.inputs[1], "mean")
    if node is None or mean is None or source is None or mean.inputs[0] is not source:
        return None
    assert isinstance(mean.operation, Mean)
    dims = _trailing(mean, mean.operation.axes, mean.operation.keepdims)
    return None if dims is None else (source, dims, (mean, node))


def _trailing(node: Node, axes: tuple[int, ...] | None, keepdims: bool) -> int | None:
    """How many dims a reduction reduces, where they are the last ones and stay with size 1."""
    rank = node.outputs[0].type.rank
    counted = sorted(axis % rank for axis in (range(rank) if axes is None else axes)) if rank else []
    return len(counted) if keepdims and counted and counted == list(range(rank - len(counted), rank)) else None
