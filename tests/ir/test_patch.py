"""Patches: what they change, what they refuse, and that a refused one changes nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ir_samples import CHAIN, SCAN, node, parse, value

from specc.ir.algorithms import dead_nodes
from specc.ir.graph import Graph, Node, Value, Weight
from specc.ir.initial import Constant
from specc.ir.patch import Patch, PatchError
from specc.ir.text_print import print_graph
from specc.ir.verify import verify
from specc.layers.linear import Linear
from specc.layers.relu import Relu
from specc.layers.tanh import Tanh
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


def made(graph: Graph, name: str, *inputs: Value) -> Node:
    """A new relu of the first of `inputs`."""
    return Node(Relu(), name, inputs, {}, (Value(name, inputs[0].type),))


def lines(graph: Graph) -> list[str]:
    """The nodes and outputs of a graph that is right, without types."""
    verify(graph)
    text = print_graph(graph)
    return [
        line.strip().replace(": float32[N, 4]", "")
        for line in text.splitlines()
        if " = " in line and not line.strip().startswith("weight")
    ]


def test_an_empty_patch_changes_nothing() -> None:
    graph = parse(CHAIN)
    assert Patch().empty
    Patch().apply(graph)
    assert print_graph(graph) == CHAIN


def test_removing_a_dead_node() -> None:
    graph = parse(CHAIN)
    patch = Patch()
    patch.remove(*dead_nodes(graph))
    assert not patch.empty
    patch.apply(graph)
    assert [item.path for item in graph.nodes] == ["fc", "a", "b"]
    verify(graph)


def test_skipping_a_node() -> None:
    graph = parse(CHAIN)
    patch = Patch()
    patch.replace_uses(value(graph, "a"), value(graph, "fc"))
    patch.remove(node(graph, "a"))
    patch.apply(graph)
    assert lines(graph)[1:] == ["%b = tanh(%fc)", "%dead = sigmoid(%fc)", "output y = %b"]


def test_inserting_behind_a_value_that_it_reads() -> None:
    graph = parse(CHAIN)
    patch, extra = Patch(), made(graph, "extra", value(graph, "a"))
    patch.insert_after(node(graph, "a"), extra)
    patch.replace_uses(value(graph, "a"), extra.outputs[0])
    patch.apply(graph)
    assert lines(graph)[1:4] == ["%a = relu(%fc)", "%extra = relu(%a)", "%b = tanh(%extra)"]
    assert extra.outputs[0].producer is extra


def test_the_output_follows_a_replaced_value() -> None:
    graph = parse(CHAIN)
    patch, last = Patch(), made(graph, "last", value(graph, "b"))
    patch.insert_after(node(graph, "b"), last)
    patch.replace_uses(value(graph, "b"), last.outputs[0])
    patch.apply(graph)
    assert lines(graph)[-1] == "output y = %last"


def test_replacing_a_node_by_several_may_keep_its_name() -> None:
    graph = parse(CHAIN)
    old = node(graph, "a")
    first = made(graph, "first", value(graph, "fc"))
    second = made(graph, "a", first.outputs[0])
    patch = Patch()
    patch.replace(old, first, second)
    patch.apply(graph)
    assert lines(graph)[1:4] == ["%first = relu(%fc)", "%a = relu(%first)", "%b = tanh(%a)"]
    assert old not in graph.nodes


def test_replacements_follow_each_other() -> None:
    graph = parse(CHAIN)
    patch = Patch()
    patch.replace_uses(value(graph, "b"), value(graph, "a"))
    patch.replace_uses(value(graph, "a"), value(graph, "fc"))
    patch.remove(node(graph, "a"), node(graph, "b"), node(graph, "dead"))
    patch.apply(graph)
    assert lines(graph)[1:] == ["output y = %fc"]


def test_order_is_restored() -> None:
    graph = parse(CHAIN)
    patch, late = Patch(), made(graph, "late", value(graph, "x"))
    patch.insert_after(node(graph, "dead"), late)
    patch.replace_uses(value(graph, "fc"), late.outputs[0])
    patch.apply(graph)
    paths = [item.path for item in graph.nodes]
    assert paths.index("late") < paths.index("a")
    verify(graph)


def test_changing_layer_and_weights() -> None:
    graph = parse(CHAIN)
    patch = Patch()
    wide = Weight("fc.wide", TensorType(DType.FLOAT32, (4, 4)), initial=Constant(2.0))
    patch.change(node(graph, "fc"), operation=Linear(4, bias=False), weights={"weight": wide})
    patch.add_weight(wide)
    patch.drop_weight(graph.weights["fc.weight"])
    patch.drop_weight(graph.weights["fc.bias"])
    patch.change(node(graph, "b"), operation=Relu(), inputs=(value(graph, "fc"),))
    patch.apply(graph)
    assert list(graph.weights) == ["fc.wide"]
    assert lines(graph)[0] == "%fc = linear[out=4, bias=false](%x, weight=%fc.wide)"
    assert lines(graph)[2] == "%b = relu(%fc)"


def test_weights_inside_a_body_are_used() -> None:
    graph = parse(SCAN)
    old = graph.weights["cell.weight"]
    new = Weight("other", old.type, initial=Constant(1.0))
    patch = Patch()
    patch.drop_weight(old)
    with pytest.raises(PatchError, match=r"`cell` reads `cell[.]weight`"):
        patch.apply(graph)
    assert print_graph(graph) == SCAN
    patch.add_weight(new)
    patch.replace_uses(old, new)
    patch.apply(graph)
    verify(graph)
    assert "linear[out=8, bias=false](%scan/h, weight=%other)" in print_graph(graph)


def test_a_body_takes_patches_too() -> None:
    graph = parse(SCAN)
    body = next(part for part in _bodies(graph))
    patch, extra = Patch(), made(body, "extra", value(body, "sum"))
    patch.insert_after(body.nodes[-1], extra)
    patch.replace_uses(value(body, "sum"), extra.outputs[0])
    patch.apply(body)
    verify(graph)
    assert [output.value.name for output in body.outputs] == ["extra", "extra"]


def _bodies(graph: Graph) -> list[Graph]:
    from specc.ir.fields import bodies

    return [body for item in graph.nodes for body in bodies(item)]


def remove_used(graph: Graph, patch: Patch) -> None:
    patch.remove(node(graph, "a"))


def remove_shown(graph: Graph, patch: Patch) -> None:
    patch.remove(node(graph, "b"))


def other_type(graph: Graph, patch: Patch) -> None:
    patch.replace_uses(value(graph, "a"), value(graph, "fc.weight"))


def circle_of_uses(graph: Graph, patch: Patch) -> None:
    patch.replace_uses(value(graph, "a"), value(graph, "b"))
    patch.replace_uses(value(graph, "b"), value(graph, "a"))


def circle_of_nodes(graph: Graph, patch: Patch) -> None:
    patch.replace_uses(value(graph, "fc"), value(graph, "b"))


def foreign(graph: Graph, patch: Patch) -> None:
    other = parse(CHAIN)
    patch.remove(node(other, "dead"))


def name_taken(graph: Graph, patch: Patch) -> None:
    patch.insert_after(node(graph, "a"), made(graph, "b", value(graph, "a")))


def inserted_twice(graph: Graph, patch: Patch) -> None:
    extra = made(graph, "extra", value(graph, "a"))
    patch.insert_after(node(graph, "a"), extra)
    patch.insert_before(node(graph, "b"), extra)


def inserted_again(graph: Graph, patch: Patch) -> None:
    patch.insert_after(node(graph, "b"), node(graph, "dead"))


def never_inserted(graph: Graph, patch: Patch) -> None:
    extra = made(graph, "extra", value(graph, "a"))
    patch.replace_uses(value(graph, "b"), extra.outputs[0])


def reads_nowhere(graph: Graph, patch: Patch) -> None:
    extra = made(graph, "extra", value(graph, "a"))
    patch.insert_after(node(graph, "a"), made(graph, "more", extra.outputs[0]))


def reads_removed(graph: Graph, patch: Patch) -> None:
    patch.insert_after(node(graph, "dead"), made(graph, "more", value(graph, "dead")))
    patch.remove(node(graph, "dead"))


def wrong_result(graph: Graph, patch: Patch) -> None:
    patch.change(node(graph, "fc"), operation=Linear(5, bias=False), weights={"weight": value(graph, "fc.weight")})


def wrong_shape(graph: Graph, patch: Patch) -> None:
    extra = Node(Tanh(), "extra", (value(graph, "a"),), {}, (Value("extra", TensorType(DType.FLOAT32, (4, 4))),))
    patch.insert_after(node(graph, "a"), extra)


def rejected(graph: Graph, patch: Patch) -> None:
    mask = Value("mask", TensorType(DType.BOOL, (4,)))
    graph.inputs.append(type(graph.inputs[0])(mask))
    patch.change(node(graph, "a"), inputs=(mask,))


def weight_taken(graph: Graph, patch: Patch) -> None:
    patch.add_weight(Weight("fc.bias", TensorType(DType.FLOAT32, (4,)), initial=Constant(0.0)))


def weight_unknown(graph: Graph, patch: Patch) -> None:
    patch.drop_weight(Weight("none", TensorType(DType.FLOAT32, (4,)), initial=Constant(0.0)))


def weight_used(graph: Graph, patch: Patch) -> None:
    patch.drop_weight(graph.weights["fc.bias"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (remove_used, "`b` reads `a`, which is not there"),
        (remove_shown, "the output `y` shows `b`, which is not there"),
        (other_type, "`a` is float32[N, 4], and `fc.weight` in its place is float32[4, 4]"),
        (circle_of_uses, "is replaced in a circle"),
        (circle_of_nodes, "nodes read each other in a circle"),
        (foreign, "`dead` is no node of the graph"),
        (name_taken, "two values would be called `b`"),
        (inserted_twice, "a node is inserted twice"),
        (inserted_again, "a node is inserted that the graph has already"),
        (never_inserted, "shows `extra`, which is not there"),
        (reads_nowhere, "`more` reads `extra`, which is not there"),
        (reads_removed, "`more` reads `dead`, which is not there"),
        (wrong_result, "the weights of `fc` are not those of its layer"),
        (wrong_shape, "the results of `extra` are not of the types that its layer gives"),
        (rejected, "the layer of `a` rejects its inputs"),
        (weight_taken, "there is already a weight `fc.bias`"),
        (weight_unknown, "a weight is dropped that the graph does not have"),
        (weight_used, "`fc` reads `fc.bias`, which is not there"),
    ],
)
def test_a_wrong_patch_changes_nothing(change: Callable[[Graph, Patch], None], message: str) -> None:
    graph, patch = parse(CHAIN), Patch()
    change(graph, patch)
    before = print_graph(graph)
    with pytest.raises(PatchError) as caught:
        patch.apply(graph)
    assert message in str(caught.value)
    assert print_graph(graph) == before
    verify(graph)


def test_two_wishes_for_one_thing_are_refused() -> None:
    graph, patch = parse(CHAIN), Patch()
    patch.replace_uses(value(graph, "a"), value(graph, "fc"))
    with pytest.raises(PatchError, match="replaced twice"):
        patch.replace_uses(value(graph, "a"), value(graph, "b"))
    patch.change(node(graph, "b"), operation=Relu())
    with pytest.raises(PatchError, match="changed twice"):
        patch.change(node(graph, "b"), operation=Tanh())
