"""Writes a model: a small one as one file, the weights of a larger one to `<name>.onnx.data` beside it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, BinaryIO

from specc.base.diagnostics import fail
from specc.emit.data_file import Progress, data_offsets, quiet, write_data
from specc.emit.errors import CannotWrite, ModelTooLarge
from specc.emit.settings import EmitSettings
from specc.emit.stored import TensorValues, stored_initializers, total_bytes
from specc.ir.operators import Initializer, OperatorGraph
from specc.weights.source import WeightSource

if TYPE_CHECKING:
    from onnx import ModelProto

_LIMIT = (1 << 31) - (1 << 26)


def model_bytes(operators: OperatorGraph, source: WeightSource, settings: EmitSettings) -> bytes:
    """The whole model in one piece. Raises `SpecError` for one of 2 GiB or more."""
    return serialized(inline_model(operators, source, settings))


def inline_model(operators: OperatorGraph, source: WeightSource, settings: EmitSettings) -> ModelProto:
    """The whole model as a message. Raises `SpecError` for one of 2 GiB or more."""
    from specc.emit.model import build_model
    from specc.emit.tensors import inline

    initializers = stored_initializers(operators, settings)
    size = total_bytes(initializers)
    if size > _LIMIT:
        raise fail(ModelTooLarge(size))
    model = build_model(operators, settings)
    values = TensorValues(operators.weights, source)
    model.graph.initializer.extend(inline(initializer, values.values(initializer)) for initializer in initializers)
    return model


def write_model(
    path: Path,
    operators: OperatorGraph,
    source: WeightSource,
    settings: EmitSettings,
    progress: Progress = quiet,
) -> tuple[Path, ...]:
    """Write the model to `path`; the files that were written. One large tensor at a time is in memory; on any error
    nothing is left behind. Raises `SpecError` where they cannot be written. `progress(done, total)` counts bytes."""
    from specc.emit.model import build_model
    from specc.emit.tensors import external, inline

    initializers = stored_initializers(operators, settings)
    values = TensorValues(operators.weights, source)
    offsets = data_offsets(initializers)
    with _replacing(path) as files:
        with _writing_data(initializers, offsets, values, files, progress):
            model = build_model(operators, settings)
        for initializer in initializers:
            offset = offsets.get(initializer.name)
            stored = inline(initializer, values.values(initializer)) if offset is None else None
            model.graph.initializer.append(stored or external(initializer, files.data_name, offset or 0))
        files.open(path).write(serialized(model))
    return files.written


@contextmanager
def _writing_data(
    initializers: list[Initializer],
    offsets: dict[str, int],
    values: TensorValues,
    files: _Files,
    progress: Progress,
) -> Iterator[None]:
    """Write the data file in a thread of its own, while the caller builds the model."""
    large = [initializer for initializer in initializers if initializer.name in offsets]
    if not large:
        yield
        return
    stop = Event()
    data = files.open_data()
    with ThreadPoolExecutor(1) as writer:
        written = writer.submit(write_data, large, offsets, values, data, progress, stop)
        try:
            yield
        except BaseException:
            stop.set()
            raise
        written.result()


def serialized(model: ModelProto) -> bytes:
    """The model's bytes, the same for the same model."""
    data: bytes = model.SerializeToString(deterministic=True)
    return data


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

    @property
    def data_name(self) -> str:
        """Name of the file of the weights."""
        return f"{self.target.name}.data"

    def open_data(self) -> BinaryIO:
        """The file of the weights."""
        return self.open(self.target.with_name(self.data_name))

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
