"""Order, users, dead nodes and connected parts."""

from __future__ import annotations

import random

import pytest
from ir_samples import CHAIN, SCAN, node, parse, value

from specc.ir.algorithms import CyclicError, connected_parts, dead_nodes, in_order, reads, topological_order, users
from specc.ir.graph import Graph, Node


def paths(nodes: list[Node]) -> list[str]:
    return [item.path for item in nodes]


def long_chain(length: int) -> Graph:
    lines = [f"  %n{i + 1}: float32[N, 4] = relu(%n{i})" for i in range(length)]
    return parse("\n".join(["graph long {", "  input %n0: float32[N, 4]", *lines, f"  output y = %n{length}", "}"]))


def test_an_order_that_is_right_stays() -> None:
    graph = parse(CHAIN)
    assert in_order(graph.nodes)
    assert topological_order(graph.nodes) == graph.nodes


def test_any_order_is_put_right() -> None:
    graph = long_chain(60)
    shuffled = list(graph.nodes)
    random.Random(0).shuffle(shuffled)
    assert not in_order(shuffled)
    assert topological_order(shuffled) == graph.nodes


def test_a_circle_is_named() -> None:
    graph = parse(CHAIN)
    node(graph, "fc").inputs = (value(graph, "b"),)
    with pytest.raises(CyclicError) as caught:
        topological_order(graph.nodes)
    assert set(paths(list(caught.value.nodes))) == {"fc", "a", "b"}


def test_users() -> None:
    found = users(parse(CHAIN))
    assert {made.name: paths(nodes) for made, nodes in found.items()} == {
        "x": ["fc"],
        "fc.weight": ["fc"],
        "fc.bias": ["fc"],
        "fc": ["a"],
        "a": ["b", "dead"],
    }


def test_a_body_reads_from_outside() -> None:
    graph = parse(SCAN)
    assert [made.name for made in reads(graph.nodes[0])] == ["h", "x", "cell.weight"]


def test_dead_nodes() -> None:
    graph = parse(CHAIN)
    assert paths(dead_nodes(graph)) == ["dead"]
    graph.outputs[0].value = value(graph, "a")
    assert paths(dead_nodes(graph)) == ["b", "dead"]
    graph.outputs[0].value = value(graph, "x")
    assert paths(dead_nodes(graph)) == ["fc", "a", "b", "dead"]


def test_connected_parts() -> None:
    graph = parse(CHAIN.replace("sigmoid(%a)", "sigmoid(%x)"))
    assert [paths(part) for part in connected_parts(graph)] == [["fc", "a", "b"], ["dead"]]
