"""A model at given sizes as plain nodes, with the shape of every tensor that ONNX's inference finds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from onnx import AttributeProto, GraphProto, ModelProto, NodeProto, TypeProto, shape_inference

from specc.emit.model import CONTRIB, build_model
from specc.emit.settings import EmitSettings
from specc.emit.tensors import inline
from specc.emit.types import DTYPES_OF_ONNX, fill_value_info, value_info
from specc.ir.operators import Literal, OperatorGraph
from specc.tensor.dim_text import parse_dim
from specc.tensor.dims import Domain, evaluate
from specc.tensor.types import TensorType
from specc.weights.arrays import numpy_dtype

SMALL = 4096
"""Elements up to which a constant takes part in inference."""
LARGEST = 2**63 - 1
ATTENTIONS = ("Attention", "MultiHeadAttention")


@dataclass(frozen=True, slots=True)
class SizedTensor:
    """Shape of a tensor, and bytes of an element."""

    shape: tuple[int, ...]
    width: int

    @property
    def bytes(self) -> int:
        """Bytes of all elements."""
        return prod(self.shape) * self.width


@dataclass(frozen=True, slots=True)
class SizedNode:
    """One node: `op` with its domain, where that is not the standard one; integers among its attributes, `bodies` of a
    loop or branch; an input that is left out is empty."""

    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, tuple[int, ...]]
    bodies: tuple[SizedGraph, ...] = ()


@dataclass(frozen=True, slots=True)
class SizedGraph:
    """Nodes in the order of a run; `tensors` are those whose shape is known, `constants` those that are stored."""

    nodes: tuple[SizedNode, ...]
    tensors: Mapping[str, SizedTensor]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    constants: frozenset[str]


def sized_graph(operators: OperatorGraph, settings: EmitSettings, sizes: Mapping[str, int]) -> SizedGraph:
    """The model at `sizes`, which has all symbols. Raises `OverflowError` for a dim that ONNX cannot hold."""
    model = build_model(operators, settings)
    graph = model.graph
    del graph.input[:], graph.value_info[:], graph.output[:]
    for entry in operators.inputs:
        graph.input.append(value_info(entry.name, _bound(entry.type, sizes)))
    for entry in operators.outputs:
        graph.output.append(value_info(entry.name, _bound(entry.type, sizes)))
    _bind(graph, sizes)
    for name, type_ in operators.types.items():
        graph.value_info.append(value_info(name, _bound(type_, sizes)))
    given = {entry.name for entry in operators.inputs}
    for stored in operators.initializers.values():
        if stored.name in given:
            continue
        if isinstance(stored.data, Literal) and len(stored.data.items) <= SMALL:
            array = np.asarray(stored.data.items, numpy_dtype(stored.dtype)).reshape(stored.shape)
            graph.initializer.append(inline(stored, array))
        else:
            fill_value_info(graph.input.add(), stored.name, stored.dtype, stored.shape)
    model = _inferred(model)
    if _describe(model.graph):
        model = _inferred(model)
    return _read(model.graph, {}, frozenset(operators.initializers) - given, operators)


def _bound(type_: TensorType, sizes: Mapping[str, int]) -> TensorType:
    """The type at `sizes`; a dim that they do not tell is 1."""
    shape = tuple(1 if (size := evaluate(dim, sizes)) is None else size for dim in type_.shape)
    if any(size > LARGEST for size in shape):
        raise OverflowError
    return TensorType(type_.dtype, shape)


def _bind(graph: GraphProto, sizes: Mapping[str, int]) -> None:
    """Give the symbols in the types of bodies their sizes."""
    for info in (*graph.input, *graph.output, *graph.value_info):
        for dim in info.type.tensor_type.shape.dim:
            value = _value(dim.dim_param, sizes) if dim.dim_param else None
            if value is not None:
                dim.dim_value = min(value, LARGEST)
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                _bind(attribute.g, sizes)


def _value(text: str, sizes: Mapping[str, int]) -> int | None:
    return sizes.get(text) if text.isidentifier() else evaluate(parse_dim(text, Domain()), sizes)


def _inferred(model: ModelProto) -> ModelProto:
    """The model with all types that ONNX finds; as it is where it finds none."""
    try:
        return shape_inference.infer_shapes(model, data_prop=True)
    except (shape_inference.InferenceError, ValueError, RuntimeError):
        return model


def _describe(graph: GraphProto) -> bool:
    """Add the types of attention's results, which ONNX knows nothing of; whether any was added."""
    known = {info.name: info for info in (*graph.input, *graph.output, *graph.value_info)}
    added = False
    for node in graph.node:
        like = known.get(node.input[0]) if node.domain == CONTRIB and node.op_type in ATTENTIONS else None
        if like is None or node.output[0] in known:
            continue
        wide = known.get(node.input[1 if node.op_type == "Attention" else 2])
        *front, own = (dim.dim_value for dim in like.type.tensor_type.shape.dim)
        width = wide.type.tensor_type.shape.dim[-1].dim_value if wide is not None else own
        shape = (*front, width // 3 if node.op_type == "Attention" else width)
        fill_value_info(graph.value_info.add(), node.output[0], DTYPES_OF_ONNX[like.type.tensor_type.elem_type], shape)
        added = True
    return added


def _read(
    graph: GraphProto, outer: Mapping[str, SizedTensor], constants: frozenset[str], operators: OperatorGraph | None
) -> SizedGraph:
    tensors = dict(outer)
    for info in (*graph.input, *graph.output, *graph.value_info):
        tensor = _sized(info.type.tensor_type)
        if tensor is not None:
            tensors[info.name] = tensor
    nodes = tuple(_node(node, tensors, constants) for node in graph.node)
    fed = operators.inputs if operators is not None else graph.input
    inputs, outputs = tuple(entry.name for entry in fed), tuple(entry.name for entry in graph.output)
    return SizedGraph(nodes, tensors, inputs, outputs, constants)


def _sized(type_: TypeProto.Tensor) -> SizedTensor | None:
    """Shape and width, None where a size is not known."""
    dtype, dims = DTYPES_OF_ONNX.get(type_.elem_type), type_.shape.dim
    if dtype is None or not type_.HasField("shape") or not all(dim.HasField("dim_value") for dim in dims):
        return None
    return SizedTensor(tuple(dim.dim_value for dim in dims), max(1, dtype.bits // 8))


def _node(node: NodeProto, tensors: Mapping[str, SizedTensor], constants: frozenset[str]) -> SizedNode:
    bodies = tuple(_read(one.g, tensors, constants, None) for one in node.attribute if one.HasField("g"))
    op = f"{node.domain}.{node.op_type}" if node.domain else node.op_type
    return SizedNode(op, tuple(node.input), tuple(node.output), dict(_integers(node.attribute)), bodies)


def _integers(attributes: Iterable[AttributeProto]) -> Iterable[tuple[str, tuple[int, ...]]]:
    for one in attributes:
        if one.type == AttributeProto.INT:
            yield one.name, (one.i,)
        elif one.type == AttributeProto.INTS:
            yield one.name, tuple(one.ints)
