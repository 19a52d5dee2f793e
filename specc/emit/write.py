"""Writes a model: a small one as one file, the weights of a larger one to `<name>.onnx.data` beside it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from specc.base.diagnostics import fail
from specc.emit.data_file import INLINE_MODEL, Progress, data_offsets, quiet, write_data
from specc.emit.errors import ModelTooLarge
from specc.emit.replace import Replacement, replacing
from specc.emit.settings import EmitSettings
from specc.emit.stored import TensorValues, stored_initializers, total_bytes
from specc.emit.twins import equal_tensors
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
    equal = equal_tensors(initializers, values) if total_bytes(initializers) > INLINE_MODEL else {}
    offsets = data_offsets(initializers, equal)
    apart = set(offsets) - set(equal)
    once = [initializer for initializer in initializers if initializer.name in apart]
    with replacing(path, refers_to, total_bytes(initializers)) as files:
        with _writing_data(once, offsets, values, files, progress):
            model = build_model(operators, settings)
        small = [initializer for initializer in initializers if initializer.name not in offsets]
        kept = {initializer.name: inline(initializer, values.values(initializer)) for initializer in small}

        def content(data_name: str) -> bytes:
            del model.graph.initializer[:]
            for initializer in initializers:
                stored = kept.get(initializer.name)
                model.graph.initializer.append(
                    external(initializer, data_name, offsets[initializer.name]) if stored is None else stored
                )
            return serialized(model)

        files.set_model(content)
    return files.written


def refers_to(path: Path, data_name: str) -> bool:
    """Whether the model in the file `path` has weights in the file `data_name`; not where it is no model."""
    from google.protobuf.message import DecodeError
    from onnx import ModelProto

    if path.stat().st_size >= 1 << 31:
        return False
    try:
        model = ModelProto.FromString(path.read_bytes())
    except DecodeError:
        return False
    places = (entry for tensor in model.graph.initializer for entry in tensor.external_data)
    return any(entry.key == "location" and entry.value == data_name for entry in places)


@contextmanager
def _writing_data(
    large: list[Initializer],
    offsets: dict[str, int],
    values: TensorValues,
    files: Replacement,
    progress: Progress,
) -> Iterator[None]:
    """Write the data file in a thread of its own, while the caller builds the model."""
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
