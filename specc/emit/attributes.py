"""Attributes of operators as ONNX wants them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from onnx import AttributeProto, GraphProto, TensorProto, defs
from onnx.defs import OpSchema

from specc.emit.settings import DOMAINS
from specc.emit.types import ONNX_TYPES
from specc.ir.operators import Attribute, OperatorAttribute, OperatorGraph, Scalar, TensorLiteral
from specc.tensor.dtypes import DTYPES

Kind: TypeAlias = AttributeProto.AttributeType
Kinds: TypeAlias = dict[tuple[str, str], dict[str, Kind]]
"""Attribute types of operators that were looked up, by domain and operator."""

KINDS: dict[OpSchema.AttrType, Kind] = {
    OpSchema.AttrType.INT: AttributeProto.INT,
    OpSchema.AttrType.FLOAT: AttributeProto.FLOAT,
    OpSchema.AttrType.STRING: AttributeProto.STRING,
    OpSchema.AttrType.GRAPH: AttributeProto.GRAPH,
    OpSchema.AttrType.TENSOR: AttributeProto.TENSOR,
    OpSchema.AttrType.INTS: AttributeProto.INTS,
    OpSchema.AttrType.FLOATS: AttributeProto.FLOATS,
    OpSchema.AttrType.STRINGS: AttributeProto.STRINGS,
}
"""Kinds of attributes that an operator of the intermediate form can hold, by the schema's name for them."""


def set_attribute(
    proto: AttributeProto,
    name: str,
    value: Attribute | OperatorAttribute,
    kind: Kind | None,
    nested: Callable[[OperatorGraph, GraphProto], None] | None = None,
) -> None:
    """Fill `proto`; `kind` is the type that the schema states, None where it states none; `nested` fills a graph. The
    name of an element type stands for ONNX's number of it where an integer is wanted."""
    proto.name = name
    proto.type = kind or _kind(value)
    match value:
        case OperatorGraph():
            assert nested is not None
            nested(value, proto.g)
        case TensorLiteral():
            _set_tensor(proto.t, value)
        case tuple():
            _set_items(proto, value)
        case _ if proto.type in (AttributeProto.INTS, AttributeProto.FLOATS, AttributeProto.STRINGS):
            _set_items(proto, (value,))
        case str() if proto.type == AttributeProto.INT:
            proto.i = ONNX_TYPES[DTYPES[value]]
        case str():
            proto.s = value.encode()
        case _ if proto.type == AttributeProto.INT:
            proto.i = int(value)
        case _:
            proto.f = float(value)


def _set_tensor(proto: TensorProto, value: TensorLiteral) -> None:
    proto.data_type = ONNX_TYPES[value.dtype]
    proto.dims.extend(value.shape)
    proto.raw_data = np.asarray(value.items, value.dtype.label).tobytes()


def _set_items(proto: AttributeProto, items: tuple[int | float | str, ...]) -> None:
    if proto.type == AttributeProto.STRINGS:
        proto.strings.extend(str(item).encode() for item in items)
    elif proto.type == AttributeProto.FLOATS:
        proto.floats.extend(float(item) for item in items)
    else:
        proto.ints.extend(int(item) for item in items)


def fits(value: OperatorAttribute, kind: Kind) -> bool:
    """Whether `value` can be an attribute of `kind`; one value alone is a list of one."""
    if isinstance(value, TensorLiteral) or kind == AttributeProto.TENSOR:
        return isinstance(value, TensorLiteral) and kind == AttributeProto.TENSOR
    items = value if isinstance(value, tuple) else (value,)
    if isinstance(value, tuple) and kind in (AttributeProto.INT, AttributeProto.FLOAT, AttributeProto.STRING):
        return False
    if kind in (AttributeProto.STRING, AttributeProto.STRINGS):
        return all(isinstance(item, str) for item in items)
    if kind == AttributeProto.INT and isinstance(value, str):
        return value in DTYPES
    wanted = (int,) if kind in (AttributeProto.INT, AttributeProto.INTS) else (int, float)
    return kind != AttributeProto.GRAPH and all(isinstance(item, wanted) for item in items)


def _kind(value: Attribute | OperatorAttribute) -> Kind:
    match value:
        case OperatorGraph():
            return AttributeProto.GRAPH
        case TensorLiteral():
            return AttributeProto.TENSOR
        case int():
            return AttributeProto.INT
        case float():
            return AttributeProto.FLOAT
        case str():
            return AttributeProto.STRING
        case tuple():
            return _kind_of_items(value)


def _kind_of_items(items: tuple[Scalar, ...]) -> Kind:
    if any(isinstance(item, str) for item in items):
        return AttributeProto.STRINGS
    return AttributeProto.FLOATS if any(isinstance(item, float) for item in items) else AttributeProto.INTS


def attribute_kinds(op_type: str, domain: str, opset: int, known: Kinds) -> dict[str, Kind]:
    """Types of an operator's attributes by its schema, none where ONNX has no schema; kept in `known`."""
    key = (domain, op_type)
    if key not in known:
        known[key] = {}
        version = DOMAINS.get(domain, opset)
        if (domain == "" or domain in DOMAINS) and defs.has(op_type, version, domain):
            attributes = defs.get_schema(op_type, version, domain).attributes.items()
            known[key] = {name: KINDS[attribute.type] for name, attribute in attributes if attribute.type in KINDS}
    return known[key]
