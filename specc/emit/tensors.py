"""The protobuf messages that hold tensors, or point to them."""

from __future__ import annotations

from onnx import TensorProto

from specc.emit.stored import as_bytes, byte_size
from specc.emit.types import ONNX_TYPES
from specc.ir.operators import Initializer
from specc.weights.arrays import Array


def header(initializer: Initializer) -> TensorProto:
    """The tensor's name, type and shape."""
    return TensorProto(name=initializer.name, data_type=ONNX_TYPES[initializer.dtype], dims=initializer.shape)


def external(initializer: Initializer, location: str, offset: int) -> TensorProto:
    """A tensor whose bytes lie in the file `location`, beside the model."""
    proto = header(initializer)
    proto.data_location = TensorProto.EXTERNAL
    for key, text in (("location", location), ("offset", str(offset)), ("length", str(byte_size(initializer)))):
        proto.external_data.add(key=key, value=text)
    return proto


def inline(initializer: Initializer, array: Array) -> TensorProto:
    """A tensor with its bytes."""
    proto = header(initializer)
    proto.raw_data = bytes(as_bytes(array))
    return proto
