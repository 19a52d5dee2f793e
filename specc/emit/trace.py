"""What a written model says of where its nodes come from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from google.protobuf.message import DecodeError
from onnx import GraphProto, ModelProto, NodeProto

from specc.emit.settings import Session


@dataclass(frozen=True, slots=True)
class NodePlace:
    """Path of the layer that a node belongs to, and the `FILE:LINE` of it in the spec."""

    layer: str
    source: str


def node_places(model: Path | bytes) -> dict[str, NodePlace]:
    """Places by node name, of a model that loads; empty for one that this program did not write, or that is gone."""
    try:
        data = model if isinstance(model, bytes) else model.read_bytes()
        graph = ModelProto.FromString(data).graph
    except OSError:
        return {}
    return dict(_places(graph))


def noted_session(model: Path | bytes) -> Session | None:
    """How a model says that it is meant to be run; None for one that does not, or that cannot be read."""
    try:
        data = model if isinstance(model, bytes) else model.read_bytes()
        entries = ModelProto.FromString(data).metadata_props
        noted = next((entry.value for entry in entries if entry.key == "specc.session"), None)
        return None if noted is None else _session(json.loads(noted))
    except (OSError, DecodeError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _session(noted: dict[str, dict[str, str]]) -> Session:
    providers, disabled = tuple(noted["providers"]), tuple(noted["disabled_optimizers"])
    return Session(str(noted["device"]), providers, noted["provider_options"], noted["options"], disabled)


def _places(graph: GraphProto) -> Iterator[tuple[str, NodePlace]]:
    for node in graph.node:
        noted = {entry.key: entry.value for entry in node.metadata_props}
        if "specc.layer" in noted:
            yield node.name, NodePlace(noted["specc.layer"], noted.get("specc.source", ""))
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _places(attribute.g)


@dataclass(frozen=True, slots=True)
class Origin:
    """The layers that a node of a rewritten model stands for, in the order of a run; none where that is unknown."""

    layers: tuple[str, ...]


def origins(model: Path | bytes, rewritten: Path) -> dict[str, Origin]:
    """Where the nodes of a model come from that the runtime has rewritten and saved, by their names.

    A node stands for everything between its inputs and its results in the model as it was written. What only changes
    the layout of a tensor in memory, and has no counterpart, belongs to what reads it.
    """
    before = ModelProto.FromString(model if isinstance(model, bytes) else model.read_bytes()).graph
    after = ModelProto.FromString(rewritten.read_bytes()).graph
    places = {node.name: {entry.key: entry.value for entry in node.metadata_props} for node in before.node}
    makers = {name: node for node in before.node for name in node.output if name}
    order = {node.name: index for index, node in enumerate(before.node)}
    names = _blocked_names(after, makers, _readers(before))
    kept = {names.get(name, name) for node in after.node for name in node.output}
    found: dict[str, Origin] = {}
    for node in after.node:
        results = [names.get(name, name) for name in node.output]
        borders = {names.get(name, name) for name in node.input} | (kept - set(results))
        inside = _between([name for name in results if name in makers], borders, makers)
        layers = [places[name].get("specc.layer", "") for name in sorted(inside, key=order.__getitem__)]
        found[node.name] = Origin(tuple(dict.fromkeys(layer for layer in layers if layer)))
    readers = {name: node.name for node in after.node for name in node.input}
    for node in reversed(after.node):
        if not found[node.name].layers and node.output and node.output[0] in readers:
            found[node.name] = found[readers[node.output[0]]]
    return found


def nested_nodes(rewritten: Path) -> frozenset[str]:
    """Names of the nodes inside of others, as in the body of a loop."""
    graph = ModelProto.FromString(rewritten.read_bytes()).graph
    bodies = [attribute.g for node in graph.node for attribute in node.attribute if attribute.HasField("g")]
    names: set[str] = set()
    while bodies:
        for node in bodies.pop().node:
            names.add(node.name)
            bodies += [attribute.g for attribute in node.attribute if attribute.HasField("g")]
    return frozenset(names - {node.name for node in graph.node})


def copies_of(rewritten: Path) -> int:
    """Copies between the memories of devices, in a model as the runtime has rewritten and saved it."""
    graph = ModelProto.FromString(rewritten.read_bytes()).graph
    return sum(node.op_type in ("MemcpyFromHost", "MemcpyToHost") for node in graph.node)


def _readers(graph: GraphProto) -> dict[str, list[NodeProto]]:
    readers: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            readers.setdefault(name, []).append(node)
    return readers


def _blocked_names(
    after: GraphProto, makers: Mapping[str, NodeProto], readers: Mapping[str, list[NodeProto]]
) -> dict[str, str]:
    """What tensors in blocked layout (NCHWc) are called in the model as it was written.

    The runtime names such a node after its result. A sum that it has taken in, and the activation behind it, come
    after that result.
    """
    names: dict[str, str] = {}
    for node in after.node:
        result = node.name.removesuffix("_nchwc")
        if result == node.name or result not in makers:
            continue
        if len(node.input) > 3 and node.input[3]:
            result = _behind(result, readers, ("Add", "Sum"))
            if any(attribute.name == "activation" for attribute in node.attribute):
                result = _behind(result, readers, ())
        names[node.output[0]] = result
    return names


def _behind(name: str, readers: Mapping[str, list[NodeProto]], operators: tuple[str, ...]) -> str:
    """The result of the one node of `operators` (of any, where there are none) that reads the tensor; itself else."""
    fitting = [node for node in readers.get(name, ()) if not operators or node.op_type in operators]
    return fitting[0].output[0] if len(fitting) == 1 else name


def _between(results: list[str], borders: set[str], makers: Mapping[str, NodeProto]) -> set[str]:
    """Names of the nodes that make `results`, back to tensors of `borders`."""
    inside: set[str] = set()
    waiting = [makers[name] for name in results]
    while waiting:
        node = waiting.pop()
        if node.name not in inside:
            inside.add(node.name)
            waiting += [makers[name] for name in node.input if name in makers and name not in borders]
    return inside
