"""The types of an operator's results by ONNX's own inference, on a model of that one operator."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from onnx import ModelProto, TensorProto, TypeProto, shape_inference

from specc.emit.attributes import attribute_kinds, set_attribute
from specc.emit.errors import OperatorRejected
from specc.emit.schemas import Attributes, Inputs, operator_schema
from specc.emit.settings import DOMAINS, OPSETS
from specc.emit.types import DTYPES_OF_ONNX, ONNX_TYPES, fill_value_info
from specc.emit.unchecked import check_unchecked
from specc.ir.operation import Blame, Rejected
from specc.ir.oracle import Elements
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType

_IR_VERSION = 11
_NEWEST = OPSETS[-1]
"""Inference of older opsets has mistakes that newer ones do not have, and the same results but for these."""
_NOISE = re.compile(r"\[\w*(?:Error)?\]\s*|\(op_type:[^)]*\)[:,]?\s*|Inference error\(s\):\s*")


def infer_types(
    op_type: str,
    domain: str,
    attributes: Attributes,
    inputs: Inputs,
    results: tuple[int, ...],
    known: Mapping[int, Elements],
) -> tuple[TensorType | None, ...]:
    """Types of the results of an operator with these indices, None where ONNX cannot tell one; `known` are the elements
    of inputs that are constant. Raises `Rejected` for inputs that it does not take."""
    check_unchecked(op_type, attributes, inputs, results)
    params = _Params({}, {})
    model = _model(op_type, domain, inputs, params)
    for index, elements in known.items():
        model.graph.initializer.append(_constant(f"i{index}", inputs[index], elements))
    node = model.graph.node.add(op_type=op_type, domain=domain)
    node.input.extend(f"i{index}" if type_ else "" for index, type_ in enumerate(inputs))
    node.output.extend(f"o{index}" if index in results else "" for index in range(results[-1] + 1))
    kinds = attribute_kinds(op_type, domain, _NEWEST, {})
    for name, value in attributes.items():
        set_attribute(node.attribute.add(), name, value, kinds.get(name))
    for name, attribute in operator_schema(op_type, domain, _NEWEST).attributes.items():
        if name not in attributes and attribute.default_value.type:
            node.attribute.append(attribute.default_value)
    types = {info.name: info.type for info in _inferred(model, op_type).graph.value_info}
    return tuple(_tensor_type(types[f"o{index}"], params) if f"o{index}" in types else None for index in results)


def _model(op_type: str, domain: str, inputs: Inputs, params: _Params) -> ModelProto:
    model = ModelProto(ir_version=_IR_VERSION)
    model.opset_import.add(domain="", version=_NEWEST)
    if domain:
        model.opset_import.add(domain=domain, version=DOMAINS[domain])
    model.graph.name = op_type
    for index, type_ in enumerate(inputs):
        if type_ is not None:
            shape = tuple(params.name(dim) for dim in type_.shape)
            fill_value_info(model.graph.input.add(), f"i{index}", type_.dtype, shape)
    return model


def _constant(name: str, type_: TensorType | None, elements: Elements) -> TensorProto:
    assert type_ is not None
    shape = [dim for dim in type_.shape if isinstance(dim, int)]
    constant = TensorProto(name=name, data_type=ONNX_TYPES[type_.dtype], dims=shape)
    constant.raw_data = np.asarray(elements, type_.dtype.label).tobytes()
    return constant


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


def _inferred(model: ModelProto, op_type: str) -> ModelProto:
    try:
        return shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except shape_inference.InferenceError as error:
        why = _NOISE.sub("", str(error)).strip().splitlines()
        raise Rejected(OperatorRejected(op_type, why[0] if why else "its types do not fit"), Blame(0)) from None
    except (ValueError, IndexError, RuntimeError, TypeError, MemoryError, OverflowError) as error:
        why = [] if "vector::" in str(error) else str(error).strip().rstrip(".").splitlines()
        text = why[0][:1].lower() + why[0][1:] if why else "its attributes and inputs do not fit each other"
        raise Rejected(OperatorRejected(op_type, text), Blame(0)) from None


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
