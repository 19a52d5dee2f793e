"""The layers of a page, a list for each fact of them, in the order of a run.

A tensor is a number: the inputs of the model come first, then the results of each layer. `reads` lists for each layer
the tensors at its ports, -1 for one that is stored with the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING

from specc.analysis.bindings import Binder
from specc.analysis.cost import LayerCost
from specc.base.jsonable import Json
from specc.ir.fields import field_values
from specc.ir.graph import Graph, Node, Value, Weight
from specc.ir.operation import Operation
from specc.ir.text_print import print_value
from specc.report.html.places import Places
from specc.report.html.pool import Pool, column
from specc.report.html.subject import Subject
from specc.report.layer_reference import layer_doc
from specc.tensor.types import TensorType

LONGEST = 200
"""Characters of an attribute that are kept."""


def layers_json(subject: Subject, places: Places) -> dict[str, Json]:
    """The field `layers`."""
    costs, nodes = subject.report.layers, subject.graph.nodes
    return {
        "path": [layer.path for layer in costs],
        **_numbers(costs, subject.binder),
        **_times(subject),
        **_facts(nodes, subject.binder),
        **_sources(nodes, places),
        "reads": _reads(subject.graph),
    }


def _numbers(costs: tuple[LayerCost, ...], binder: Binder) -> dict[str, Json]:
    """Counts, null while a size is free, and their formulas."""
    formulas: Pool[str] = Pool()

    def places(texts: Iterator[str]) -> list[int]:
        return [formulas.add(text, text) for text in texts]

    read_written = (binder.total((layer.read_formula, layer.written_formula)) for layer in costs)
    return {
        "params": [layer.params for layer in costs],
        "macs": [layer.macs for layer in costs],
        "flops": [layer.flops for layer in costs],
        "bytes": [layer.bytes for layer in costs],
        "macs_formula": places(binder.text(layer.macs_formula) for layer in costs),
        "flops_formula": places(binder.text(layer.flops_formula) for layer in costs),
        "bytes_formula": places(binder.text(dim) for dim in read_written),
        "formulas": formulas.values,
    }


def _times(subject: Subject) -> dict[str, Json]:
    """What bounds each layer, and its time; absent without a device."""
    roofline = subject.report.roofline
    if roofline is None:
        return {"bound": None, "seconds": None, "share": None}
    return {
        "bound": [time.bound for time in roofline.layers],
        "seconds": [time.seconds for time in roofline.layers],
        "share": [time.share for time in roofline.layers],
    }


def _facts(nodes: list[Node], binder: Binder) -> dict[str, Json]:
    """The layer, its attributes, its results, its ports and its weights."""
    kinds: Pool[str] = Pool()
    attributes: Pool[tuple[tuple[str, str], ...]] = Pool()
    ports: Pool[tuple[str, ...]] = Pool()
    outputs: Pool[tuple[TensorType, ...]] = Pool()
    weights: Pool[tuple[tuple[str, TensorType, str, str], ...]] = Pool()
    columns: tuple[list[int], ...] = ([], [], [], [], [])
    known = _Attributes()
    for node in nodes:
        operation, types = node.operation, tuple(value.type for value in node.outputs)
        given, names = known.of(operation), _ports(node)
        stored = tuple(_weight(node, port, value) for port, value in node.weights.items())
        shown: list[Json] = [[name, _type(type_, binder), *rest] for name, type_, *rest in stored]
        kind = kinds.known(operation.name)
        new = _kind(operation) if kind is None else None
        columns[0].append(kinds.add(operation.name, new))
        columns[1].append(attributes.add(given, [list(one) for one in given]))
        columns[2].append(ports.add(names, list(names)))
        columns[3].append(outputs.add(types, [_type(type_, binder) for type_ in types]))
        columns[4].append(weights.add(stored, shown))
    return {
        "kind": column(kinds, columns[0]),
        "attributes": column(attributes, columns[1]),
        "ports": column(ports, columns[2]),
        "outputs": column(outputs, columns[3]),
        "weights": column(weights, columns[4]),
    }


def _kind(operation: Operation) -> Json:
    """A layer's name, and the first sentence of its documentation."""
    summary = layer_doc(type(operation)).summary.split("\n\n")[0].replace("\n", " ")
    return {"name": operation.name, "doc": summary}


class _Attributes:
    """Attributes that are no defaults, as a spec spells them; those of equal layers are worked out once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Operation, tuple[tuple[str, str], ...]]] = {}

    def of(self, operation: Operation) -> tuple[tuple[str, str], ...]:
        """Pairs of a name and a text."""
        found = self._known.get(id(operation))
        if found is None:
            found = self._known[id(operation)] = operation, tuple(_attributes(operation))
        return found[1]


def _attributes(operation: Operation) -> Iterator[tuple[str, str]]:
    for name, value, default in field_values(operation):
        if isinstance(value, Graph):
            yield name, f"a graph of {len(value.nodes)} layers"
        elif default is MISSING or print_value(value) != print_value(default):
            text = print_value(value)
            yield name, text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _ports(node: Node) -> tuple[str, ...]:
    """The name of the port of each input."""
    ports = node.operation.ports
    return tuple(ports[min(index, len(ports) - 1)].name if ports else "" for index in range(len(node.inputs)))


def _weight(node: Node, port: str, value: Value) -> tuple[str, TensorType, str, str]:
    """Port, type, role, and the name where it is not that of the port below the layer's own."""
    role = value.role.value if isinstance(value, Weight) else "computed"
    return port, value.type, role, "" if value.name == f"{node.path}.{port}" else value.name


def _type(type_: TensorType, binder: Binder) -> list[Json]:
    """Element type and shape."""
    return [str(type_.dtype), type_text(type_, binder)]


def type_text(type_: TensorType, binder: Binder) -> str:
    """`[1, 64, 56, 56]` at the sizes of `binder`."""
    return f"[{', '.join(str(binder.shown(dim)) for dim in type_.shape)}]"


def _sources(nodes: list[Node], places: Places) -> dict[str, Json]:
    """Where each layer stands, and the calls that led there."""
    calls: Pool[tuple[int, ...]] = Pool()
    chains = [tuple(places.at(span) for span in node.calls) for node in nodes]
    at = [calls.add(chain, list(chain)) for chain in chains]
    return {"place": [places.at(node.span) for node in nodes], "calls": column(calls, at)}


def tensor_numbers(graph: Graph) -> dict[int, int]:
    """The number of each tensor by its `id`."""
    values = [entry.value for entry in graph.inputs]
    values += (value for node in graph.nodes for value in node.outputs)
    return {id(value): number for number, value in enumerate(values)}


def _reads(graph: Graph) -> list[Json]:
    numbers = tensor_numbers(graph)
    return [[-1 if v is None else numbers.get(id(v), -1) for v in node.inputs] for node in graph.nodes]
