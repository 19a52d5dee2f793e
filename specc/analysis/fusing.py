"""Layers that take no time of their own: onnxruntime makes them part of a layer before them, or they move nothing."""

from __future__ import annotations

from specc.ir.graph import Graph, Node, Value

VIEWS = frozenset(
    ("identity", "dropout", "flatten", "reshape", "squeeze", "unsqueeze", "stochastic_depth", "size", "shape")
)
"""Layers that change no element in memory."""
PRODUCTS = frozenset(("conv", "conv_transpose", "linear"))
ACTIVATIONS = frozenset(("relu", "relu6", "clamp", "leaky_relu", "sigmoid", "tanh", "hard_sigmoid", "hard_swish"))


def fused_nodes(graph: Graph) -> frozenset[int]:
    """Ids of the nodes without a time of their own: views; behind a convolution batch norm, a sum, an activation."""
    readers = _readers(graph)
    made: set[int] = set()
    open_: dict[int, str] = {}
    for node in graph.nodes:
        name = node.operation.name
        if name in VIEWS:
            made.add(id(node))
        if name in PRODUCTS:
            open_[id(node.outputs[0])] = name
            continue
        source = _open_input(node, open_, readers)
        if source is None:
            continue
        kind = open_[id(source)]
        if name == "batchnorm" or (kind == "conv" and (name in ACTIVATIONS or name == "add")):
            made.add(id(node))
            if name not in ACTIVATIONS:
                open_[id(node.outputs[0])] = kind
    return frozenset(made)


def _readers(graph: Graph) -> dict[int, int]:
    """How many nodes and outputs read each value."""
    count: dict[int, int] = {}
    for node in graph.nodes:
        for value in node.inputs:
            if value is not None:
                count[id(value)] = count.get(id(value), 0) + 1
    for entry in graph.outputs:
        count[id(entry.value)] = count.get(id(entry.value), 0) + 1
    return count


def _open_input(node: Node, open_: dict[int, str], readers: dict[int, int]) -> Value | None:
    """An input that nothing else reads, and that a layer has made which takes more in."""
    for value in node.inputs:
        if value is not None and id(value) in open_ and readers.get(id(value)) == 1:
            return value
    return None
