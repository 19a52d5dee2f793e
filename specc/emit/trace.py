"""What a written model says of where its nodes come from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onnx import GraphProto, ModelProto


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


def _places(graph: GraphProto) -> Iterator[tuple[str, NodePlace]]:
    for node in graph.node:
        noted = {entry.key: entry.value for entry in node.metadata_props}
        if "specc.layer" in noted:
            yield node.name, NodePlace(noted["specc.layer"], noted.get("specc.source", ""))
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _places(attribute.g)
