"""Reads the initializers of an `.onnx` file, those in files beside it included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from math import prod
from pathlib import Path

import numpy as np

from specc.base.diagnostics import fail
from specc.weights.arrays import Array, NumpyType, named_type
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.errors_files import TensorUnreadable
from specc.weights.mapped import Damaged, MappedFile, Window, map_file, reading
from specc.weights.readers.wire import Field, Wire, varints

_GRAPH, _INITIALIZER, _SPARSE = 7, 5, 15
_DIMS, _TYPE, _NAME, _RAW, _EXTERNAL, _LOCATION = 1, 2, 8, 9, 13, 14
_FLOATS, _INT32S, _INT64S, _DOUBLES, _UINT64S = 4, 5, 7, 10, 11
_TYPED = (_FLOATS, _INT32S, _INT64S, _DOUBLES, _UINT64S)
_MOST_DIMS = 64
TYPES = {
    1: "float32",
    2: "uint8",
    3: "int8",
    4: "uint16",
    5: "int16",
    6: "int32",
    7: "int64",
    9: "bool",
    10: "float16",
    11: "float64",
    12: "uint32",
    13: "uint64",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
    17: "float8_e4m3fn",
    18: "float8_e4m3fnuz",
    19: "float8_e5m2",
    20: "float8_e5m2fnuz",
}
UNREAD = {8: "string", 21: "uint4", 22: "int4", 23: "float4"}
_HALVES = {"float16", "bfloat16"}


@dataclass(slots=True)
class _Tensor:
    """The fields of a TensorProto."""

    dims: list[int] = field(default_factory=list)
    code: int = 0
    name: str = ""
    raw: Window | None = None
    typed: list[Field] = field(default_factory=list)
    external: dict[str, str] = field(default_factory=dict)
    is_external: bool = False


@dataclass(slots=True)
class _OnnxFile:
    file: MappedFile
    wire: Wire = field(default_factory=Wire)
    beside: dict[str, MappedFile] = field(default_factory=dict)

    def tensors(self) -> dict[str, StoredTensor]:
        """Every initializer of the graph."""
        found: dict[str, StoredTensor] = {}
        for message in self._initializers():
            tensor = self._tensor(message)
            if tensor.name in found:
                raise Damaged(f"it has two initializers called `{tensor.name[:200]}`")
            found[tensor.name] = self._stored(tensor)
        return found

    def _initializers(self) -> Iterator[Window]:
        graphs = [part.window for part in self.wire.fields(self.file.whole()) if part.number == _GRAPH]
        if len(graphs) != 1:
            raise Damaged("it is no ONNX file")
        for part in self.wire.fields(graphs[0]):
            if part.number == _INITIALIZER:
                yield part.window
            elif part.number == _SPARSE:
                raise Damaged("it has sparse initializers")

    def _tensor(self, message: Window) -> _Tensor:
        tensor = _Tensor()
        for part in self.wire.fields(message):
            match part.number:
                case number if number == _DIMS:
                    tensor.dims.extend(_dims(part))
                case number if number == _TYPE:
                    tensor.code = part.integer
                case number if number == _NAME:
                    tensor.name = part.text()
                case number if number == _RAW:
                    tensor.raw = part.window
                case number if number == _EXTERNAL:
                    self._external(tensor, part.window)
                case number if number == _LOCATION:
                    tensor.is_external = part.integer == 1
                case number if number in _TYPED:
                    tensor.typed.append(part)
        if len(tensor.dims) > _MOST_DIMS or any(not 0 <= dim < 2**62 for dim in tensor.dims):
            raise Damaged(f"the shape of `{tensor.name[:200]}` is damaged")
        return tensor

    def _external(self, tensor: _Tensor, entry: Window) -> None:
        texts = {part.number: part.text() for part in self.wire.fields(entry) if part.number in (1, 2)}
        tensor.external[texts.get(1, "")] = texts.get(2, "")

    def _stored(self, tensor: _Tensor) -> StoredTensor:
        shape = tuple(tensor.dims)
        if tensor.code not in TYPES:
            label = UNREAD.get(tensor.code, f"type{tensor.code}")
            why = "its element type is not read"
            return StoredTensor(label, shape, partial(_refuse, self.file.path, tensor.name, why))
        type_ = named_type(TYPES[tensor.code])
        data = self._outside(tensor) if tensor.is_external else tensor.raw
        if data is None:
            return StoredTensor(type_.name, shape, partial(_listed, self.file.path, tensor, type_))
        if data.size != prod(shape) * type_.itemsize:
            raise Damaged(f"`{tensor.name[:200]}` is cut short")
        return StoredTensor(type_.name, shape, partial(data.array, type_, shape))

    def _outside(self, tensor: _Tensor) -> Window:
        """The bytes in a file beside the model."""
        location, folder = tensor.external.get("location", ""), Path(self.file.path).parent
        path = folder / location
        if not location or not path.resolve().is_relative_to(folder.resolve()):
            raise Damaged(f"the data of `{tensor.name[:200]}` lies outside of its folder, in `{location[:200]}`")
        if location not in self.beside:
            self.beside[location] = map_file(path)
        whole = self.beside[location].whole()
        offset = int(tensor.external.get("offset", "0"))
        return whole.inside(offset, int(tensor.external.get("length", whole.size - offset)))


def _dims(part: Field) -> list[int]:
    if isinstance(part.value, int):
        return [part.value]
    return list(varints(part.window.inside(0, min(part.window.size, 10 * _MOST_DIMS))))


def read_onnx(file: MappedFile) -> Checkpoint:
    """The initializers by name. Raises `SpecError` for a damaged file, or data outside of the model's folder."""
    with reading(file.path):
        onnx = _OnnxFile(file)
        tensors = onnx.tensors()
        return Checkpoint(file.path, tensors, (file, *onnx.beside.values()))


def _refuse(path: str, name: str, why: str) -> Array:
    raise fail(TensorUnreadable(path, name, why))


def _listed(path: str, tensor: _Tensor, type_: NumpyType) -> Array:
    """The elements that are listed in the fields for numbers, packed or one by one."""
    shape = tuple(tensor.dims)
    with reading(path):
        parts = [_numbers(part, type_) for part in tensor.typed]
        array = parts[0] if len(parts) == 1 else np.concatenate([*parts, np.zeros(0, type_)])
        if type_.kind == "c":
            raise Damaged(f"`{tensor.name[:200]}` lists complex numbers")
        return array.reshape(shape)


def _numbers(part: Field, type_: NumpyType) -> Array:
    if part.number in (_FLOATS, _DOUBLES):
        stored = np.dtype(np.float32 if part.number == _FLOATS else np.float64)
        return part.window.array(stored, (part.window.size // stored.itemsize,)).astype(type_, copy=False)
    numbers = [part.integer] if isinstance(part.value, int) else varints(part.window)
    if type_.name in _HALVES:
        bits: Array = np.fromiter(numbers, np.uint16).view(type_)
        return bits
    wide = np.fromiter((number % 2**64 for number in numbers), np.uint64)
    return wide.astype(type_) if type_.kind in "ub" else wide.view(np.int64).astype(type_)
