"""Element types and shapes as ONNX writes them."""

from __future__ import annotations

from onnx import TensorProto, ValueInfoProto

from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

ONNX_TYPES: dict[DType, int] = {
    DType.FLOAT32: TensorProto.FLOAT,
    DType.FLOAT64: TensorProto.DOUBLE,
    DType.FLOAT16: TensorProto.FLOAT16,
    DType.BFLOAT16: TensorProto.BFLOAT16,
    DType.INT8: TensorProto.INT8,
    DType.INT16: TensorProto.INT16,
    DType.INT32: TensorProto.INT32,
    DType.INT64: TensorProto.INT64,
    DType.UINT8: TensorProto.UINT8,
    DType.UINT16: TensorProto.UINT16,
    DType.UINT32: TensorProto.UINT32,
    DType.UINT64: TensorProto.UINT64,
    DType.BOOL: TensorProto.BOOL,
}
DTYPES_OF_ONNX: dict[int, DType] = {code: dtype for dtype, code in ONNX_TYPES.items()}


def value_info(name: str, type_: TensorType) -> ValueInfoProto:
    """A named type; symbolic dims become `dim_param`, spelt as the dim is printed."""
    return fill_value_info(ValueInfoProto(), name, type_.dtype, type_.shape)


def fill_value_info(info: ValueInfoProto, name: str, dtype: DType, shape: tuple[Dim | str, ...]) -> ValueInfoProto:
    """Set name and type of `info`; a dim that is text is taken as it is."""
    info.name = name
    tensor = info.type.tensor_type
    tensor.elem_type = ONNX_TYPES[dtype]
    dims = tensor.shape.dim
    tensor.shape.SetInParent()
    for dim in shape:
        entry = dims.add()
        if isinstance(dim, int):
            entry.dim_value = dim
        else:
            entry.dim_param = str(dim)
    return info
