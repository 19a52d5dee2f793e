"""From the pickle of a PyTorch file to arrays: what both of its forms share."""

from __future__ import annotations

from collections.abc import Callable
from mmap import mmap

import numpy as np

from specc.base.diagnostics import fail
from specc.weights.arrays import Array
from specc.weights.checkpoint import StoredTensor
from specc.weights.errors_files import CodeInWeights
from specc.weights.readers.pickle_machine import Refused, unpickle
from specc.weights.readers.torch_values import Storage, TensorValue, TorchWorld


def restored(
    path: str,
    data: bytes | mmap,
    start: int,
    storage: Callable[[tuple[object, ...]], Storage],
    scripts: bool = False,
) -> tuple[object, int]:
    """The value of the pickle at `start`, and the offset after it. Raises `SpecError` for what needs code."""
    try:
        return unpickle(data, start, TorchWorld(scripts, storage))
    except Refused as refused:
        raise fail(CodeInWeights(path, str(refused))) from None


def as_stored(tensor: TensorValue, load: Callable[[], Array]) -> StoredTensor:
    """A tensor of a pickle as one of a checkpoint."""
    return StoredTensor(tensor.type.name, tensor.shape, load)


def viewed(flat: Array, tensor: TensorValue) -> Array:
    """The elements of `tensor` in its storage `flat`; they were shown to lie in it."""
    if 0 in tensor.shape:
        return np.zeros(tensor.shape, flat.dtype)
    strides = tuple(step * flat.itemsize for step in tensor.strides)
    raw = flat.view(np.uint8)
    return np.ndarray(tensor.shape, flat.dtype, raw, tensor.offset * flat.itemsize, strides)
