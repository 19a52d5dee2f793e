"""Values of initializers, one at a time, and the protobuf messages that hold or point to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from onnx import TensorProto

from specc.emit.types import ONNX_TYPES
from specc.ir.graph import Weight
from specc.ir.operators import Initializer, Literal
from specc.weights.arrays import Array, cast, numpy_dtype
from specc.weights.relayout import evaluate_relayout
from specc.weights.source import WeightSource


@dataclass(frozen=True, slots=True)
class TensorValues:
    """Computes the values of initializers. `weights` are those that relayouts read, by path."""

    weights: Mapping[str, Weight]
    source: WeightSource

    def values(self, initializer: Initializer) -> Array:
        """The array of `initializer`, contiguous, in its shape and element type."""
        array = np.ascontiguousarray(self._data(initializer)).reshape(initializer.shape)
        assert array.dtype == numpy_dtype(initializer.dtype), f"{initializer.name}: {array.dtype}"
        return array

    def _data(self, initializer: Initializer) -> Array:
        match initializer.data:
            case Weight() as weight:
                return self.source.fetch(weight)
            case Literal(items):
                return cast(np.asarray(items).reshape(initializer.shape), initializer.dtype, initializer.name)
            case relayout:
                return evaluate_relayout(relayout, self._stored, initializer.dtype)

    def _stored(self, path: str) -> Array:
        return self.source.fetch(self.weights[path])


def byte_size(initializer: Initializer) -> int:
    """Bytes that the tensor takes in a file."""
    return prod(initializer.shape) * initializer.dtype.bits // 8


def as_bytes(array: Array) -> memoryview:
    """The elements of a contiguous array as bytes, without a copy."""
    return array.reshape(-1).view(np.uint8).data


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


def total_bytes(initializers: Iterable[Initializer]) -> int:
    """Bytes of all tensors."""
    return sum(byte_size(initializer) for initializer in initializers)
