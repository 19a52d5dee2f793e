"""The file of a model's larger tensors, `<name>.onnx.data`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import zip_longest
from threading import Event
from typing import BinaryIO, TypeAlias

from specc.emit.stored import TensorValues, as_bytes, byte_size, total_bytes
from specc.ir.operators import Initializer
from specc.weights.arrays import Array

INLINE_MODEL = 1 << 20
"""Bytes of weights up to which a model is one file."""
AHEAD = 1 << 26
"""Bytes of a tensor up to which it is made while another one is written."""
INLINE_TENSOR = 1 << 10
"""Bytes below which a tensor stays in the model file."""
_PAGE, _LINE, _LARGE = 4096, 64, 1 << 20

Progress: TypeAlias = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Tell nobody."""


def data_offsets(initializers: list[Initializer]) -> dict[str, int]:
    """Where in the data file the larger tensors lie, by name; nowhere where the whole model is small."""
    offsets: dict[str, int] = {}
    end = 0
    for initializer in initializers if total_bytes(initializers) > INLINE_MODEL else ():
        size = byte_size(initializer)
        if size >= INLINE_TENSOR:
            offsets[initializer.name] = _aligned(end, size)
            end = offsets[initializer.name] + size
    return offsets


def write_data(
    initializers: list[Initializer],
    offsets: dict[str, int],
    values: TensorValues,
    data: BinaryIO,
    progress: Progress,
    stop: Event,
) -> None:
    """Write every initializer to its offset in `data`, until `stop` is set. `progress(done, total)` counts bytes."""
    total, done = total_bytes(initializers), 0
    for initializer, array in _ahead(initializers, values):
        if stop.is_set():
            return
        data.seek(offsets[initializer.name])
        data.write(as_bytes(array))
        done += byte_size(initializer)
        progress(done, total)


def _ahead(initializers: list[Initializer], values: TensorValues) -> Iterator[tuple[Initializer, Array]]:
    """Each initializer with its values. A small one is made while the one before it is written."""
    with ThreadPoolExecutor(1) as maker:
        coming: Future[Array] | None = None
        for current, following in zip_longest(initializers, initializers[1:]):
            array = coming.result() if coming is not None else values.values(current)
            small = following is not None and byte_size(following) <= AHEAD
            coming = maker.submit(values.values, following) if small and following is not None else None
            yield current, array


def _aligned(end: int, size: int) -> int:
    step = _PAGE if size >= _LARGE else _LINE
    return -(-end // step) * step
