"""Arrays that the caller gives, as a checkpoint: the same contract and rules as for a file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np

from specc.base.diagnostics import Reporter
from specc.weights.arrays import Array
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.errors_match import NotAnArray


def given_checkpoint(arrays: Mapping[str, Array]) -> Checkpoint:
    """`arrays` by name. Raises `SpecError` for values that are no arrays of numbers."""
    reporter = Reporter()
    tensors: dict[str, StoredTensor] = {}
    for name, value in arrays.items():
        try:
            array = np.asarray(value)
        except (TypeError, ValueError, RuntimeError) as error:
            reporter.report(NotAnArray(name, str(error).split("\n")[0]), None)
            continue
        if array.dtype.kind in "OSUMm":
            reporter.report(NotAnArray(name, f"its elements are of the type {array.dtype.name}"), None)
        else:
            tensors[name] = StoredTensor(array.dtype.name, array.shape, partial(_itself, array))
    reporter.raise_if_failed()
    return Checkpoint("", tensors)


def _itself(array: Array) -> Array:
    return array
