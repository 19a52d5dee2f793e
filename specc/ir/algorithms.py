"""Questions about the graph as a graph: order, users, what is dead, what hangs together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from specc.ir.fields import bodies
from specc.ir.graph import Graph, Node, Value

if TYPE_CHECKING:
    import networkx

    Network: TypeAlias = networkx.DiGraph[Node, dict[str, object], dict[str, object]]


class CyclicError(ValueError):
    """The nodes read each other in a circle: `nodes` are on it."""

    def __init__(self, nodes: tuple[Node, ...]) -> None:
        """The circle."""
        super().__init__("nodes read each other in a circle: " + " -> ".join(node.path for node in nodes))
        self.nodes = nodes


def reads(node: Node) -> tuple[Value, ...]:
    """Every value that a node reads: inputs, weights, and what the bodies inside it take from outside."""
    own = [value for value in node.inputs if value is not None]
    own += node.weights.values()
    for body in bodies(node):
        inside = {id(value) for value in body.values()}
        inner = [value for inner in body.nodes for value in reads(inner)]
        inner += [output.value for output in body.outputs]
        own += [value for value in inner if id(value) not in inside]
    return tuple(own)


def users(graph: Graph) -> dict[Value, list[Node]]:
    """For each value that is read, the nodes that read it, in order and each once."""
    found: dict[Value, list[Node]] = {}
    for node in graph.nodes:
        for value in dict.fromkeys(reads(node)):
            found.setdefault(value, []).append(node)
    return found


def _network(nodes: Iterable[Node]) -> Network:
    """Nodes, with an edge to each node from those whose results it reads."""
    import networkx

    network: Network = networkx.DiGraph()
    network.add_nodes_from(nodes)
    makers = {value: node for node in network for value in node.outputs}
    for node in list(network):
        network.add_edges_from((makers[value], node) for value in reads(node) if value in makers)
    return network


def in_order(nodes: Iterable[Node]) -> bool:
    """Whether each of `nodes` comes after those whose results it reads."""
    ordered = list(nodes)
    made_later = {value for node in ordered for value in node.outputs}
    for node in ordered:
        if any(value in made_later for value in reads(node)):
            return False
        made_later.difference_update(node.outputs)
    return True


def topological_order(nodes: Iterable[Node]) -> list[Node]:
    """`nodes` so that each comes after what it reads, else in the order given. Raises `CyclicError`."""
    import networkx

    given = list(nodes)
    if in_order(given):
        return given
    network, position = _network(given), {node: index for index, node in enumerate(given)}
    try:
        return list(networkx.lexicographical_topological_sort(network, key=position.__getitem__))
    except networkx.NetworkXUnfeasible:
        raise CyclicError(tuple(edge[0] for edge in networkx.find_cycle(network))) from None


def dead_nodes(graph: Graph) -> list[Node]:
    """Nodes on which no output of the graph depends, in order."""
    needed = {output.value for output in graph.outputs}
    dead: list[Node] = []
    for node in reversed(graph.nodes):
        if needed.isdisjoint(node.outputs):
            dead.append(node)
        else:
            needed.update(reads(node))
    return dead[::-1]


def connected_parts(graph: Graph) -> list[list[Node]]:
    """Nodes that are connected through values that nodes make, part by part, both in the graph's order."""
    import networkx

    position = {node: index for index, node in enumerate(graph.nodes)}
    parts = networkx.weakly_connected_components(_network(graph.nodes))
    return sorted((sorted(part, key=position.__getitem__) for part in parts), key=lambda part: position[part[0]])
