"""The attributes of a layer, whatever it is: each is a field of its frozen dataclass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache

from specc.ir.graph import Graph, Node
from specc.tensor.poly import Poly


def field_values(instance: object) -> Iterator[tuple[str, object, object]]:
    """Name, value and default (`MISSING` where it is required) of each field of a dataclass instance.

    A field that its class keeps out of `repr` is no attribute: it has no text form.
    """
    assert is_dataclass(instance)
    assert not isinstance(instance, type)
    for entry in fields(instance):
        if entry.init and entry.repr:
            value: object = getattr(instance, entry.name)
            yield entry.name, value, _default(entry)


def _default(entry: Field[object]) -> object:
    if entry.default is not MISSING:
        return entry.default
    return entry.default_factory() if entry.default_factory is not MISSING else MISSING


def parts(value: object) -> Iterator[object]:
    """`value` and all that lies in it: items of tuples and maps, fields of dataclasses; graphs and dims are whole."""
    yield value
    if isinstance(value, (Graph, Poly)):
        return
    if isinstance(value, tuple):
        for item in value:
            yield from parts(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from parts(key)
            yield from parts(item)
    elif is_dataclass(value) and not isinstance(value, type):
        for _, item, _ in field_values(value):
            yield from parts(item)


def bodies(node: Node) -> Iterator[Graph]:
    """Graphs among the attributes of a node's layer: fields that are declared as such."""
    for name in _graph_fields(type(node.operation)):
        body: object = getattr(node.operation, name)
        if isinstance(body, Graph):
            yield body


@cache
def _graph_fields(layer: type[object]) -> tuple[str, ...]:
    assert is_dataclass(layer)
    return tuple(entry.name for entry in fields(layer) if entry.type in (Graph, Graph.__name__))


def all_nodes(graph: Graph) -> Iterator[Node]:
    """Nodes of a graph, and of the bodies inside it."""
    for node in graph.nodes:
        yield node
        for body in bodies(node):
            yield from all_nodes(body)
