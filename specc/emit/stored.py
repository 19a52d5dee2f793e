"""Which tensors are stored with a model, and their values, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import prod

import numpy as np

from specc.emit.settings import EmitSettings
from specc.ir.graph import Role, Weight
from specc.ir.operators import Initializer, Literal, OperatorGraph
from specc.ir.relayout import is_view, stored_paths
from specc.tensor.dtypes import DType
from specc.weights.arrays import PIECE, Array, cast, numpy_dtype, pieces
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


HALF_MOST = 65504.0
"""The largest finite number of float16."""


@dataclass(frozen=True, slots=True)
class TensorValues:
    """Computes the values of initializers. `weights` are those that relayouts read, by path."""

    weights: Mapping[str, Weight]
    source: WeightSource

    def values(self, initializer: Initializer) -> Array:
        """The array of `initializer`, contiguous, in its shape and element type."""
        array = np.ascontiguousarray(self._cast(initializer, self._data(initializer))).reshape(initializer.shape)
        assert array.dtype == numpy_dtype(initializer.dtype), f"{initializer.name}: {array.dtype}"
        self._look_at(initializer, array)
        return array

    def pieces(self, initializer: Initializer) -> Iterator[Array]:
        """The same, piece by piece in row-major order. A tensor that lies in a file as it is wanted is never in memory
        as a whole; one that has to be turned is there once."""
        data = self._data(initializer)
        if not data.flags.c_contiguous:
            data = self._gathered(initializer, data)
        for piece in pieces(data, PIECE):
            made = np.ascontiguousarray(self._cast(initializer, piece))
            self._look_at(initializer, made)
            yield made
            self.source.release()

    def _gathered(self, initializer: Initializer, view: Array) -> Array:
        """A copy of `view`, made in the order in which its elements lie in the file."""
        made: Array = np.empty(view.shape, numpy_dtype(initializer.dtype))
        axis = max(range(view.ndim), key=lambda axis: abs(view.strides[axis]) if view.shape[axis] > 1 else -1)
        source, target = np.moveaxis(view, axis, 0), np.moveaxis(made, axis, 0)
        step = max(1, PIECE // max(1, view.nbytes // max(1, len(source))))
        for start in range(0, len(source), step):
            target[start : start + step] = self._cast(initializer, source[start : start + step])
            self.source.release()
        return made

    def _cast(self, initializer: Initializer, values: Array) -> Array:
        """In the element type of `initializer`. What is not trained, such as a mask, stays finite in float16."""
        data = initializer.data
        written = isinstance(data, Literal) or (isinstance(data, Weight) and data.role is not Role.TRAINABLE)
        if written and initializer.dtype is DType.FLOAT16:
            finite = np.isfinite(values)
            values = np.where(finite, np.clip(values, -HALF_MOST, HALF_MOST), values)
        return cast(values, initializer.dtype, initializer.name, data.span if isinstance(data, Weight) else None)

    def _data(self, initializer: Initializer) -> Array:
        match initializer.data:
            case Weight() as weight:
                return self._kept(weight)
            case Literal(items):
                return np.asarray(items).reshape(initializer.shape)
            case relayout:
                fetch = self._stored if is_view(relayout) else self._fetch
                return evaluate_relayout(relayout, fetch, initializer.dtype)

    def _kept(self, weight: Weight) -> Array:
        """Values of a weight, perhaps of another element type than its own."""
        if weight.role is not Role.TRAINABLE and weight.type.dtype is DType.FLOAT16:
            weight = replace(weight, type=weight.type.with_dtype(DType.FLOAT32))
        if weight.relayout is None:
            return self.source.stored(weight)
        return evaluate_relayout(weight.relayout, self._fetch, weight.type.dtype)

    def _stored(self, path: str) -> Array:
        return self._kept(self.weights[path])

    def _fetch(self, path: str) -> Array:
        weight = self.weights[path]
        return self.source.fetch(weight) if weight.relayout is None else self._kept(weight)

    def _look_at(self, initializer: Initializer, values: Array) -> None:
        """Let the source see the values of a weight, or of a relayout of one."""
        match initializer.data:
            case Weight() as weight:
                self.source.look_at(weight, values)
            case Literal():
                pass
            case relayout if is_view(relayout):
                self.source.look_at(self.weights[stored_paths(relayout)[0]], values)


def byte_size(initializer: Initializer) -> int:
    """Bytes that the tensor takes in a file."""
    return prod(initializer.shape) * initializer.dtype.bits // 8


def as_bytes(array: Array) -> memoryview:
    """The elements of a contiguous array as bytes, without a copy."""
    return array.reshape(-1).view(np.uint8).data


def total_bytes(initializers: Iterable[Initializer]) -> int:
    """Bytes of all tensors."""
    return sum(byte_size(initializer) for initializer in initializers)
