"""The file of a model's larger tensors, `<name>.onnx.data`."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from threading import Event, Lock
from typing import BinaryIO, TypeAlias

from specc.emit.stored import TensorValues, as_bytes, byte_size, total_bytes
from specc.ir.operators import Initializer

INLINE_MODEL = 1 << 20
"""Bytes of weights up to which a model is one file."""
SIDE_BY_SIDE = 1 << 26
"""Bytes of a tensor up to which it is made and written beside another one."""
WRITERS = 2
INLINE_TENSOR = 1 << 10
"""Bytes below which a tensor stays in the model file."""
_PAGE, _LINE, _LARGE = 4096, 64, 1 << 20

Progress: TypeAlias = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Tell nobody."""


def data_offsets(initializers: list[Initializer], equal: Mapping[str, str]) -> dict[str, int]:
    """Where in the data file the larger tensors lie, by name; nowhere where the whole model is small. Those in `equal`
    lie where the tensor lies that has their bytes."""
    offsets: dict[str, int] = {}
    end = 0
    for initializer in initializers if total_bytes(initializers) > INLINE_MODEL else ():
        size, twin = byte_size(initializer), equal.get(initializer.name)
        if twin is not None and twin in offsets:
            offsets[initializer.name] = offsets[twin]
        elif size >= INLINE_TENSOR:
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
    """Write every initializer to its offset in `data`, until `stop` is set: small ones side by side, large ones one
    after another. `progress(done, total)` counts bytes."""
    total, done = total_bytes(initializers), 0
    lock = Lock()

    def write(initializer: Initializer) -> int:
        if stop.is_set():
            return 0
        place = offsets[initializer.name]
        for piece in values.pieces(initializer):
            _write_at(data, as_bytes(piece), place, lock)
            place += piece.nbytes
        return byte_size(initializer)

    small = [initializer for initializer in initializers if byte_size(initializer) <= SIDE_BY_SIDE]
    large = [initializer for initializer in initializers if byte_size(initializer) > SIDE_BY_SIDE]
    with ThreadPoolExecutor(WRITERS) as pool:
        for size in chain(pool.map(write, small), map(write, large)):
            done += size
            progress(done, total)


def _write_at(data: BinaryIO, content: memoryview, offset: int, lock: Lock) -> None:
    if sys.platform == "win32":
        with lock:
            data.seek(offset)
            data.write(content)
        return
    while content:
        count = os.pwrite(data.fileno(), content, offset)
        content, offset = content[count:], offset + count


def _aligned(end: int, size: int) -> int:
    step = _PAGE if size >= _LARGE else _LINE
    return -(-end // step) * step
