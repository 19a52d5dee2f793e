"""Tensors of a model that are equal to earlier ones, so that their bytes are written once."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from specc.emit.stored import TensorValues
from specc.ir.graph import Weight
from specc.ir.operators import Initializer, Literal
from specc.ir.relayout import is_view, stored_paths
from specc.weights.arrays import PIECE, Array
from specc.weights.relayout import evaluate_relayout
from specc.weights.source import CheckpointWeights

_SAMPLE = 8
"""Elements of a tensor that are looked at before all are."""


def equal_tensors(initializers: Iterable[Initializer], values: TensorValues) -> dict[str, str]:
    """By the name of each tensor that has the bytes of an earlier one, the name of that one.

    Only tensors that lie in a mapped file as they are wanted are looked at: a few elements of each, and all of those
    that agree in them with an earlier one, which are read once more than they would be. Others would be drawn or
    computed twice.
    """
    source = values.source
    if not isinstance(source, CheckpointWeights) or not source.match.checkpoint.files:
        return {}
    first: dict[tuple[object, ...], tuple[str, Array]] = {}
    found: dict[str, str] = {}
    for initializer in initializers:
        array = _mapped(initializer, values, source)
        if array is None or not array.size:
            continue
        key = (initializer.dtype, initializer.shape, array.dtype, _sample(array))
        name, other = first.setdefault(key, (initializer.name, array))
        if name != initializer.name and _same(array, other):
            found[initializer.name] = name
        source.release()
    return found


def _mapped(initializer: Initializer, values: TensorValues, source: CheckpointWeights) -> Array | None:
    """The tensor as it lies in the file; None where it is not there, or has to be computed."""
    data = initializer.data
    if isinstance(data, Literal):
        return None
    if isinstance(data, Weight):
        return _from_file(data, source)
    if not is_view(data):
        return None
    (path,) = stored_paths(data)
    stored = _from_file(values.weights[path], source)
    return None if stored is None else evaluate_relayout(data, lambda _: stored, initializer.dtype)


def _from_file(weight: Weight, source: CheckpointWeights) -> Array | None:
    offer = source.match.offers.get(weight.name)
    if weight.relayout is not None or offer is None or not is_view(offer.made.relayout):
        return None
    return source.stored(weight)


def _sample(array: Array) -> bytes:
    places = np.linspace(0, array.size - 1, _SAMPLE).astype(np.int64)
    return np.asarray(array.flat[places]).tobytes()


def _same(left: Array, right: Array) -> bool:
    """Whether all bytes are the same, looked at in pieces."""
    if not left.ndim:
        return left.tobytes() == right.tobytes()
    rows = max(1, PIECE * len(left) // max(1, left.nbytes))
    parts = (slice(start, start + rows) for start in range(0, len(left), rows))
    return all(left[part].tobytes() == right[part].tobytes() for part in parts)
