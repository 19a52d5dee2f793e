"""Which tensors are stored with a model, and their values, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

import numpy as np

from specc.emit.settings import EmitSettings
from specc.ir.graph import Role, Weight
from specc.ir.operators import Initializer, Literal, OperatorGraph
from specc.weights.arrays import Array, cast, numpy_dtype
from specc.weights.relayout import evaluate_relayout
from specc.weights.source import WeightSource


def stored_initializers(operators: OperatorGraph, settings: EmitSettings) -> list[Initializer]:
    """The initializers whose values are written with the model."""
    loose = set() if settings.with_weights else {initializer.name for initializer in loose_weights(operators)}
    return [initializer for initializer in operators.initializers.values() if initializer.name not in loose]


def loose_weights(operators: OperatorGraph) -> list[Initializer]:
    """The initializers that stand for weights, and so are inputs of a model without weights."""
    return [initializer for initializer in operators.initializers.values() if not _fixed(initializer)]


def _fixed(initializer: Initializer) -> bool:
    data = initializer.data
    return isinstance(data, Literal) or (isinstance(data, Weight) and data.role is Role.LITERAL)


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


def total_bytes(initializers: Iterable[Initializer]) -> int:
    """Bytes of all tensors."""
    return sum(byte_size(initializer) for initializer in initializers)
