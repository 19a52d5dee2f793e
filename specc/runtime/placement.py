"""Where the runtime would run each node of a model on a device, and what it would copy."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import onnxruntime as ort

from specc.base.diagnostics import fail
from specc.emit.trace import NodePlace, copies_of, node_places
from specc.runtime.errors import CudaUnavailable, NotOnDevice
from specc.runtime.session import CPU, CUDA, SessionSettings, open_profiled

_RECORD = "session.record_ep_graph_assignment_info"


@dataclass(frozen=True, slots=True)
class Placement:
    """Nodes by provider and operator; of those on the CPU, name and place; copies between memories."""

    nodes: Mapping[str, Mapping[str, int]]
    on_cpu: tuple[tuple[str, str, NodePlace], ...]
    copies: int

    @property
    def whole(self) -> bool:
        """Whether everything runs on the device, and nothing is copied."""
        return not self.on_cpu and not self.copies


def placement(model: Path | bytes) -> Placement:
    """Where nodes of `model` are placed with the CUDA provider. Raises `SpecError` where there is none."""
    with tempfile.TemporaryDirectory(prefix="specc-") as folder:
        rewritten = Path(folder) / "rewritten.onnx"
        native = open_profiled(model, SessionSettings("cuda", options={_RECORD: "1"}), rewritten, None)
        if CUDA not in native.get_providers():
            raise fail(CudaUnavailable("the runtime found no device that it can use"))
        copies = copies_of(rewritten)
    return _placement(native, node_places(model), copies)


def _placement(native: ort.InferenceSession, places: Mapping[str, NodePlace], copies: int) -> Placement:
    nodes: dict[str, Counter[str]] = {}
    on_cpu: list[tuple[str, str, NodePlace]] = []
    for part in native.get_provider_graph_assignment_info():
        for node in part.get_nodes():
            nodes.setdefault(part.ep_name, Counter())[node.op_type] += 1
            if part.ep_name == CPU:
                on_cpu.append((node.op_type, node.name, places.get(node.name, NodePlace("", ""))))
    return Placement(nodes, tuple(on_cpu), copies)


def need_device(found: Placement) -> None:
    """Raise `SpecError` with a list of what does not run on the device."""
    if not found.whole:
        listed = Counter((operator, place.layer, place.source) for operator, _, place in found.on_cpu)
        texts = tuple(
            f"{count} {operator} {f'of `{layer}` ({source})' if layer else 'that compute sizes'}"
            for (operator, layer, source), count in listed.items()
        )
        raise fail(NotOnDevice(texts, found.copies))
