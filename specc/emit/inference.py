"""The types of an operator's results by ONNX's own inference, on a model of that one operator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from onnx import ModelProto, TensorProto, TypeProto, defs, shape_inference
from onnx.defs import OpSchema

from specc.base.suggest import nearest
from specc.emit.attributes import KINDS, attribute_kinds, fits, set_attribute
from specc.emit.errors import BadOperatorAttribute, OperatorRejected, OperatorTypeUnknown, UnknownOperator
from specc.emit.types import DTYPES_OF_ONNX, ONNX_TYPES, fill_value_info
from specc.ir.operation import Blame, Rejected
from specc.ir.oracle import Scalar
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType

_IR_VERSION = 10
_NOISE = re.compile(r"\[\w*(?:Error)?\]\s*|\(op_type:[^)]*\)[:,]?\s*|Inference error\(s\):\s*")

Attributes: TypeAlias = Mapping[str, Scalar | tuple[Scalar, ...]]
Inputs: TypeAlias = tuple[TensorType | None, ...]


def infer_types(
    op_type: str,
    opset: int,
    attributes: Attributes,
    inputs: Inputs,
    outputs: int,
    known: Mapping[int, tuple[int, ...]],
) -> tuple[TensorType, ...]:
    """Types of the first `outputs` results of an operator of the standard domain; `known` are the elements of integer
    inputs that are constant. Raises `Rejected` for what it does not take, and where ONNX cannot tell a type."""
    schema = _schema(op_type, opset)
    _check_attributes(schema, attributes)
    _check_counts(schema, inputs, outputs)
    params = _Params({}, {})
    model = _model(op_type, opset, inputs, params)
    for index, elements in known.items():
        type_ = inputs[index]
        assert type_ is not None
        shape = [dim for dim in type_.shape if isinstance(dim, int)]
        constant = TensorProto(name=f"i{index}", data_type=ONNX_TYPES[type_.dtype], dims=shape)
        constant.raw_data = np.asarray(elements, type_.dtype.label).tobytes()
        model.graph.initializer.append(constant)
    node = model.graph.node.add(op_type=op_type)
    node.input.extend(f"i{index}" if type_ else "" for index, type_ in enumerate(inputs))
    node.output.extend(f"o{index}" for index in range(outputs))
    kinds = attribute_kinds(op_type, "", opset, {})
    for name, value in attributes.items():
        set_attribute(node.attribute.add(), name, value, kinds.get(name))
    return _result_types(_inferred(model, op_type), op_type, outputs, params)


def _schema(op_type: str, opset: int) -> OpSchema:
    if not defs.has(op_type, opset, ""):
        names = {schema.name for schema in defs.get_all_schemas() if schema.domain == ""}
        raise Rejected(UnknownOperator(op_type, opset, nearest(op_type, sorted(names))))
    return defs.get_schema(op_type, opset, "")


def _model(op_type: str, opset: int, inputs: Inputs, params: _Params) -> ModelProto:
    model = ModelProto(ir_version=_IR_VERSION)
    model.opset_import.add(domain="", version=opset)
    model.graph.name = op_type
    for index, type_ in enumerate(inputs):
        if type_ is not None:
            shape = tuple(params.name(dim) for dim in type_.shape)
            fill_value_info(model.graph.input.add(), f"i{index}", type_.dtype, shape)
    return model


@dataclass(slots=True)
class _Params:
    """Names that stand for symbolic dims while ONNX looks at them."""

    names: dict[Dim, str]
    dims: dict[str, Dim]

    def name(self, dim: Dim) -> Dim | str:
        """The integer itself, or the name for a symbolic dim."""
        if isinstance(dim, int):
            return dim
        name = self.names.setdefault(dim, f"d{len(self.names)}")
        self.dims[name] = dim
        return name


def _check_attributes(schema: OpSchema, attributes: Attributes) -> None:
    known = schema.attributes
    for name, value in attributes.items():
        if name not in known:
            raise Rejected(BadOperatorAttribute(schema.name, name, "does not exist", nearest(name, sorted(known))))
        kind = KINDS.get(known[name].type)
        if kind is None:
            raise Rejected(BadOperatorAttribute(schema.name, name, "is of a kind that a spec cannot give"))
        if not fits(value, kind):
            wanted = str(known[name].type).rpartition(".")[2].lower()
            raise Rejected(BadOperatorAttribute(schema.name, name, f"has to be of kind {wanted}, and is {value!r}"))
    for name, attribute in known.items():
        if attribute.required and name not in attributes:
            raise Rejected(BadOperatorAttribute(schema.name, name, "is missing"))


def _check_counts(schema: OpSchema, inputs: Inputs, outputs: int) -> None:
    low, high = schema.min_input, schema.max_input
    if not low <= len(inputs) <= high:
        wanted = f"{low}" if low == high else f"at least {low}" if high > 1_000 else f"{low} to {high}"
        raise Rejected(OperatorRejected(schema.name, f"it takes {wanted}, and got {len(inputs)}"))
    if outputs > schema.max_output:
        why = f"it has {schema.max_output} results at most, and {outputs} are asked for"
        raise Rejected(OperatorRejected(schema.name, why))


def _inferred(model: ModelProto, op_type: str) -> ModelProto:
    try:
        return shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except shape_inference.InferenceError as error:
        why = _NOISE.sub("", str(error)).strip().splitlines()
        raise Rejected(OperatorRejected(op_type, why[0] if why else "its types do not fit"), Blame(0)) from None


def _result_types(model: ModelProto, op_type: str, outputs: int, params: _Params) -> tuple[TensorType, ...]:
    types = {info.name: info.type for info in model.graph.value_info}
    made: list[TensorType] = []
    for index in range(outputs):
        type_ = _tensor_type(types[f"o{index}"], params) if f"o{index}" in types else None
        if type_ is None:
            raise Rejected(OperatorTypeUnknown(op_type, index))
        made.append(type_)
    return tuple(made)


def _tensor_type(proto: TypeProto, params: _Params) -> TensorType | None:
    tensor = proto.tensor_type
    dtype = DTYPES_OF_ONNX.get(tensor.elem_type)
    if dtype is None or not tensor.HasField("shape"):
        return None
    shape: list[Dim] = []
    for dim in tensor.shape.dim:
        if dim.HasField("dim_value"):
            shape.append(dim.dim_value)
        elif dim.dim_param in params.dims:
            shape.append(params.dims[dim.dim_param])
        else:
            return None
    return TensorType(dtype, tuple(shape))
