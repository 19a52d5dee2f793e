"""Writes a model: a small one as one file, the weights of a larger one to `<name>.onnx.data` beside it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, TypeAlias

from onnx import ModelProto

from specc.base.diagnostics import fail
from specc.emit.errors import CannotWrite, ModelTooLarge
from specc.emit.model import EmitSettings, build_model, stored_initializers
from specc.emit.tensors import TensorValues, as_bytes, byte_size, external, header, total_bytes
from specc.ir.operators import Initializer, OperatorGraph
from specc.weights.arrays import Array
from specc.weights.source import WeightSource

INLINE_MODEL = 1 << 20
"""Bytes of weights up to which a model is one file."""
AHEAD = 1 << 26
"""Bytes of a tensor up to which it is made while another one is written."""
INLINE_TENSOR = 1 << 10
"""Bytes below which a tensor stays in the model file."""
_PAGE, _LINE, _LARGE = 4096, 64, 1 << 20
_LIMIT = (1 << 31) - (1 << 26)

Progress: TypeAlias = Callable[[int, int], None]
Proto: TypeAlias = ModelProto


def _quiet(done: int, total: int) -> None:
    pass


def model_bytes(operators: OperatorGraph, source: WeightSource, settings: EmitSettings) -> bytes:
    """The whole model in one piece. Raises `SpecError` for one of 2 GiB or more."""
    return serialized(inline_model(operators, source, settings))


def inline_model(operators: OperatorGraph, source: WeightSource, settings: EmitSettings) -> ModelProto:
    """The whole model as a message. Raises `SpecError` for one of 2 GiB or more."""
    initializers = stored_initializers(operators, settings)
    size = total_bytes(initializers)
    if size > _LIMIT:
        raise fail(ModelTooLarge(size))
    model = build_model(operators, settings)
    values = TensorValues(operators.weights, source)
    for initializer in initializers:
        _inline(model, initializer, values.values(initializer))
    return model


def write_model(
    path: Path,
    operators: OperatorGraph,
    source: WeightSource,
    settings: EmitSettings,
    progress: Progress = _quiet,
) -> tuple[Path, ...]:
    """Write the model to `path`; the files that were written. One large tensor at a time is in memory; on any error
    nothing is left behind. Raises `SpecError` where they cannot be written. `progress(done, total)` counts bytes."""
    model = build_model(operators, settings)
    initializers = stored_initializers(operators, settings)
    values = TensorValues(operators.weights, source)
    with _replacing(path) as files:
        split = total_bytes(initializers) > INLINE_MODEL
        _write_tensors(model, initializers, values, files if split else None, progress)
        files.open(path).write(serialized(model))
    return files.written


def serialized(model: ModelProto) -> bytes:
    """The model's bytes, the same for the same model."""
    data: bytes = model.SerializeToString(deterministic=True)
    return data


def _inline(model: ModelProto, initializer: Initializer, array: Array) -> None:
    proto = header(initializer)
    proto.raw_data = bytes(as_bytes(array))
    model.graph.initializer.append(proto)


@dataclass(slots=True)
class _Files:
    """Temporary files beside `target`, which take their names when all of them are complete."""

    target: Path
    opened: list[tuple[BinaryIO, Path]] = field(default_factory=list)
    written: tuple[Path, ...] = ()

    def open(self, path: Path) -> BinaryIO:
        """A new file that will be `path`."""
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        file = temporary.open("wb")
        self.opened.append((file, path))
        return file

    def open_data(self) -> tuple[BinaryIO, str]:
        """The file of the weights, and its name."""
        path = self.target.with_name(f"{self.target.name}.data")
        return self.open(path), path.name

    def commit(self) -> None:
        """Give each file its name, the model last."""
        for file, _ in self.opened:
            file.close()
        for file, path in self.opened:
            os.replace(file.name, path)
        self.written = tuple(path for _, path in self.opened)

    def discard(self) -> None:
        """Remove what is still temporary."""
        for file, _ in self.opened:
            file.close()
            Path(file.name).unlink(missing_ok=True)


@contextmanager
def _replacing(target: Path) -> Iterator[_Files]:
    """Files for `target` that appear all at once at the end, or not at all."""
    if target.is_dir():
        raise fail(CannotWrite(str(target), "it is a folder"))
    files = _Files(target)
    try:
        yield files
        files.commit()
    except OSError as error:
        raise fail(CannotWrite(str(target), _reason(error, target))) from None
    finally:
        files.discard()


def _reason(error: OSError, target: Path) -> str:
    if isinstance(error, FileNotFoundError) and not target.parent.exists():
        return f"there is no folder `{target.parent}`"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    return (error.strerror or str(error)).lower()


def _write_tensors(
    model: ModelProto,
    initializers: list[Initializer],
    values: TensorValues,
    files: _Files | None,
    progress: Progress,
) -> None:
    """Add every initializer to `model`, the larger ones by reference to a data file where `files` is given."""
    total, done, end = total_bytes(initializers), 0, 0
    data, location = files.open_data() if files else (None, "")
    for initializer, array in _ahead(initializers, values):
        size = byte_size(initializer)
        if data is None or size < INLINE_TENSOR:
            _inline(model, initializer, array)
        else:
            offset = _aligned(end, size)
            data.seek(offset)
            data.write(as_bytes(array))
            end = offset + size
            model.graph.initializer.append(external(initializer, location, offset))
        done += size
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
