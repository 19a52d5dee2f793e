"""Reads `.safetensors`: a JSON header of names, types and byte ranges, then the bytes. The file is mapped."""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import ml_dtypes
import numpy as np

from specc.base.diagnostics import SpecError, fail
from specc.weights.arrays import Array, NumpyType
from specc.weights.checkpoint import StoredTensor
from specc.weights.errors import CheckpointUnreadable

TYPES: dict[str, NumpyType] = {
    "F64": np.dtype(np.float64),
    "F32": np.dtype(np.float32),
    "F16": np.dtype(np.float16),
    "BF16": np.dtype(ml_dtypes.bfloat16),
    "F8_E4M3": np.dtype(ml_dtypes.float8_e4m3fn),
    "F8_E5M2": np.dtype(ml_dtypes.float8_e5m2),
    "I64": np.dtype(np.int64),
    "I32": np.dtype(np.int32),
    "I16": np.dtype(np.int16),
    "I8": np.dtype(np.int8),
    "U64": np.dtype(np.uint64),
    "U32": np.dtype(np.uint32),
    "U16": np.dtype(np.uint16),
    "U8": np.dtype(np.uint8),
    "BOOL": np.dtype(np.bool_),
}
_LONGEST_HEADER = 100_000_000


@dataclass(frozen=True, slots=True)
class _Place:
    tensor: StoredTensor
    type: NumpyType
    offset: int


@dataclass(frozen=True, slots=True)
class SafetensorsFile:
    """A mapped file; arrays are views of it until they are converted."""

    path: str
    places: Mapping[str, _Place]
    data: mmap.mmap | bytes

    @property
    def tensors(self) -> Mapping[str, StoredTensor]:
        """What the file holds, by name."""
        return {name: place.tensor for name, place in self.places.items()}

    def read(self, name: str) -> Array:
        """The tensor called `name`, a view of the file."""
        place = self.places[name]
        flat = np.frombuffer(self.data, place.type, prod(place.tensor.shape), place.offset)
        return flat.reshape(place.tensor.shape)


def read_safetensors(path: str) -> SafetensorsFile:
    """Map the file and check its header against its size. Raises `SpecError` for a file that is missing or damaged."""
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
    except OSError as error:
        raise _unreadable(path, (error.strerror or str(error)).lower()) from None
    if size < 8:
        raise _unreadable(path, "it is too short to be a safetensors file")
    length = int.from_bytes(data[:8], "little")
    if length > min(size - 8, _LONGEST_HEADER):
        raise _unreadable(path, "its header is longer than the file; it is damaged, or no safetensors file")
    return SafetensorsFile(path, _places(path, bytes(data[8 : 8 + length]), 8 + length, size), data)


def _unreadable(path: str, why: str) -> SpecError:
    return fail(CheckpointUnreadable(path, why))


def _places(path: str, header: bytes, start: int, size: int) -> dict[str, _Place]:
    places: dict[str, _Place] = {}
    try:
        pairs = json.loads(header, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        raise _unreadable(path, "its header is not JSON") from None
    if not isinstance(pairs, tuple):
        raise _unreadable(path, "its header is not a JSON object")
    for name, entry in pairs:
        if name == "__metadata__":
            continue
        if name in places:
            raise _unreadable(path, f"it has two tensors called `{name}`")
        places[name] = _place(path, name, entry, start, size)
    return places


def _place(path: str, name: str, entry: object, start: int, size: int) -> _Place:
    try:
        match dict(entry) if isinstance(entry, tuple) else None:
            case {"dtype": str(code), "shape": [*shape], "data_offsets": [int(first), int(last)]} if all(
                isinstance(dim, int) and dim >= 0 for dim in shape
            ):
                type_ = TYPES.get(code)
                if type_ is None:
                    raise _unreadable(path, f"`{name}` has the element type `{code}`, which is not supported")
                whole = prod(shape) * type_.itemsize == last - first
                if whole and 0 <= first <= last <= size - start:
                    return _Place(StoredTensor(type_.name, tuple(shape)), type_, start + first)
    except (TypeError, ValueError):
        pass
    raise _unreadable(path, f"the entry of `{name}` is damaged, or the file is cut short")
