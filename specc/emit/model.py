"""A lowered graph as an ONNX model, still without the values of its tensors."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TypeAlias

from onnx import GraphProto, ModelProto, NodeProto

from specc import __version__
from specc.emit.attributes import Kinds, attribute_kinds, set_attribute
from specc.emit.settings import DOMAINS, EmitSettings
from specc.emit.stored import loose_weights
from specc.emit.types import fill_value_info, value_info
from specc.ir.operators import Operator, OperatorGraph, OperatorInput
from specc.tensor.dims import Dim

Proto: TypeAlias = ModelProto
CONTRIB = "com.microsoft"


def build_model(operators: OperatorGraph, settings: EmitSettings) -> ModelProto:
    """The model without initializers; nodes carry the path and source line of their layer as metadata."""
    model = ModelProto(ir_version=settings.ir_version, producer_name="specc", producer_version=__version__)
    model.doc_string = operators.doc
    _GraphWriter(settings.opset).fill(operators, model.graph)
    for name in settings.watched:
        model.graph.output.add(name=name)
    for entry in operators.inputs:
        info = model.graph.input.add()
        fill_value_info(info, entry.name, entry.type.dtype, declared_shape(entry, operators))
    if not settings.with_weights:
        for initializer in loose_weights(operators):
            fill_value_info(model.graph.input.add(), initializer.name, initializer.dtype, initializer.shape)
    _add_opsets(model, settings)
    for key, text in _metadata(operators, settings).items():
        model.metadata_props.add(key=key, value=text)
    return model


def declared_shape(entry: OperatorInput, operators: OperatorGraph) -> tuple[Dim | str, ...]:
    """The shape that an input declares. Where its default is stored with other sizes, it declares names of its own."""
    if entry.default is None:
        return entry.type.shape
    stored = operators.initializers[entry.name].shape
    pairs = enumerate(zip(entry.type.shape, stored, strict=True))
    return tuple(f"{entry.name}.{i}" if isinstance(dim, int) and dim != size else dim for i, (dim, size) in pairs)


def _add_opsets(model: ModelProto, settings: EmitSettings) -> None:
    model.opset_import.add(domain="", version=settings.opset)
    for domain in sorted({node.domain for node in _all_nodes(model.graph)} - {""}):
        model.opset_import.add(domain=domain, version=DOMAINS.get(domain, 1))


def _all_nodes(graph: GraphProto) -> list[NodeProto]:
    nodes: list[NodeProto] = []
    for node in graph.node:
        nodes.append(node)
        for attribute in node.attribute:
            if attribute.HasField("g"):
                nodes.extend(_all_nodes(attribute.g))
    return nodes


def _metadata(operators: OperatorGraph, settings: EmitSettings) -> dict[str, str]:
    """What the model says of itself beyond ONNX; empty entries are left out."""
    entries: dict[str, object] = {
        "specc.session": {} if settings.session is None else asdict(settings.session),
        "specc.parameters": dict(settings.parameters),
        "specc.states": [[pair.input, pair.output] for pair in operators.states],
        "specc.defaults": {
            entry.name: {
                "shape": [dim if isinstance(dim, int) else str(dim) for dim in entry.type.shape],
                "value": repr(float(default)),
            }
            for entry in operators.inputs
            if (default := entry.absent) is not None
        },
        "specc.docs": operators.scope_docs,
    }
    if operators.inputs:
        entries["specc.promises"] = {
            "low": operators.domain.low,
            "high": operators.domain.high,
            "unit": operators.domain.unit,
            "facts": [str(fact) for fact in operators.domain.facts],
        }
    texts = {key: json.dumps(entry, ensure_ascii=False) for key, entry in entries.items() if entry}
    named = {"specc.model": operators.name, "specc.target": settings.target}
    return {**{key: text for key, text in named.items() if text}, **texts}


@dataclass(slots=True)
class _GraphWriter:
    """Fills graphs; node names are unique over a model and its bodies."""

    opset: int
    names: dict[str, int] = field(default_factory=dict)
    kinds: Kinds = field(default_factory=dict)

    def fill(self, graph: OperatorGraph, proto: GraphProto) -> None:
        """Nodes, outputs and types; the inputs are left to the caller."""
        proto.name = graph.name
        proto.doc_string = graph.doc
        for operator in graph.operators:
            self._node(operator, proto.node.add())
        proto.output.extend(value_info(entry.name, entry.type) for entry in graph.outputs)
        proto.value_info.extend(value_info(name, type_) for name, type_ in graph.types.items())

    def _node(self, operator: Operator, node: NodeProto) -> None:
        node.op_type, node.domain, node.name = operator.op_type, operator.domain, self._name(operator)
        node.input.extend(operator.inputs)
        node.output.extend(operator.outputs)
        kinds = attribute_kinds(operator.op_type, operator.domain, self.opset, self.kinds)
        for name, value in operator.attributes.items():
            set_attribute(node.attribute.add(), name, value, kinds.get(name), self._body)
        for key, text in (("specc.layer", operator.layer), ("specc.source", operator.source)):
            if text:
                node.metadata_props.add(key=key, value=text)

    def _body(self, graph: OperatorGraph, proto: GraphProto) -> None:
        self.fill(graph, proto)
        proto.input.extend(value_info(entry.name, entry.type) for entry in graph.inputs)

    def _name(self, operator: Operator) -> str:
        stem = f"{operator.layer}/{operator.op_type}"
        count = self.names.get(stem, 0)
        self.names[stem] = count + 1
        return f"{stem}_{count}" if count else stem
