"""Orders of axes on both sides of layers that compute element by element."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.graph import Node, Value
from specc.layers.common.binary import Binary
from specc.layers.common.elementwise import Elementwise
from specc.layers.transpose import Transpose
from specc.passes.common.permutations import TRANSPOSES, composed, in_order, permutation
from specc.passes.rewrite import Found, Outcome, Rewrite, Scene

_PAIRS = ("add", "sub", "mul", "div", "maximum", "minimum", "pow", "logical_and", "logical_or")


class SinkTransposes(Rewrite):
    """Reorders axes behind layers that compute each element by itself, where one change of order is saved: two that
    stand before and after such layers become one, or none; two that stand before both sides of a sum become one.

    Example:
        x -> swap(1, 2) -> relu -> swap(1, 2)
        x -> relu
    """

    name: ClassVar[str] = "sink_transposes"
    layers: ClassVar[tuple[str, ...]] = (*TRANSPOSES, *_PAIRS)

    def attempt(self, node: Node, scene: Scene) -> Outcome:
        """A second change of order, or a layer of two tensors that were both reordered."""
        if node.operation.name in TRANSPOSES:
            return _across(node, scene)
        return _joined(node, scene)


def _across(node: Node, scene: Scene) -> Outcome:
    """The nodes between an earlier change of order and `node`, each read by the next one alone."""
    between: list[Node] = []
    value, second = node.inputs[0], permutation(node)
    while value is not None and value.producer is not None and scene.only_reader(value) is not None:
        first = permutation(value.producer)
        if first is not None and second is not None:
            nodes = (value.producer, *reversed(between), node)
            return _change(nodes, composed(first, second)) if between else None
        if not _by_element(value.producer):
            return None
        between.append(value.producer)
        value = _main(value.producer)
    return None


def _change(nodes: tuple[Node, ...], axes: tuple[int, ...]) -> Found:
    note = "the order ends as it began" if in_order(axes) else "the order changes once"
    return Found(nodes, lambda scene: _moved(nodes, axes, scene), note)


def _by_element(node: Node) -> bool:
    """Whether each element of the result depends on the same one of the input, and on numbers."""
    if isinstance(node.operation, Binary):
        return _main(node) is not None
    plain = isinstance(node.operation, Elementwise) or node.operation.name in ("cast", "dropout", "identity")
    return plain and not node.weights and len(node.inputs) == 1


def _main(node: Node) -> Value | None:
    """The tensor among the inputs of `node`, beside at most a number without dims."""
    given = [value for value in node.inputs if value is not None]
    large = [value for value in given if value.type.rank]
    return large[0] if len(large) == 1 else None


def _moved(nodes: tuple[Node, ...], axes: tuple[int, ...], scene: Scene) -> None:
    value, last, made = nodes[0].inputs[0], nodes[-1], []
    for node in nodes[1:-1]:
        main = _main(node)
        inputs = tuple(value if given is main else given for given in node.inputs)
        made.append(scene.renewed(node, node.operation, inputs))
        value = made[-1].outputs[0]
    if not in_order(axes):
        made.append(scene.renewed(last, Transpose(axes), (value,)))
        value = made[-1].outputs[0]
    assert value is not None
    scene.patch.insert_before(last, *made)
    scene.patch.replace_uses(last.outputs[0], value)
    scene.patch.remove(*nodes)


def _joined(node: Node, scene: Scene) -> Outcome:
    a, b = node.inputs[0], node.inputs[1]
    if a is None or b is None or a is b:
        return None
    first, second = a.producer, b.producer
    axes = permutation(first)
    if first is None or second is None or axes is None or permutation(second) != axes:
        return None
    if scene.only_reader(a) is not node or scene.only_reader(b) is not node:
        return None
    inputs = (first.inputs[0], second.inputs[0])

    def edit(scene: Scene) -> None:
        inside = scene.renewed(node, node.operation, inputs)
        outside = scene.made(node, Transpose(axes), inside.outputs, f"{node.path}/transposed")
        scene.patch.replace(node, inside, outside)
        scene.patch.remove(first, second)

    return Found((first, second, node), edit, "the order changes once")
