"""Reads `.safetensors`: a JSON header of names, types and byte ranges, then the bytes."""

from __future__ import annotations

import json
from math import prod

import ml_dtypes
import numpy as np

from specc.weights.arrays import NumpyType
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.mapped import Damaged, MappedFile, Window, reading

TYPES: dict[str, NumpyType] = {
    "F64": np.dtype(np.float64),
    "F32": np.dtype(np.float32),
    "F16": np.dtype(np.float16),
    "BF16": np.dtype(ml_dtypes.bfloat16),
    "F8_E4M3": np.dtype(ml_dtypes.float8_e4m3fn),
    "F8_E5M2": np.dtype(ml_dtypes.float8_e5m2),
    "C64": np.dtype(np.complex64),
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
_LONGEST_HEADER = 32 << 20
_MOST_DIMS = 32


def is_safetensors(head: bytes) -> bool:
    """Whether a file that begins with `head` has the form."""
    return len(head) > 8 and head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= _LONGEST_HEADER


def read_safetensors(file: MappedFile) -> Checkpoint:
    """Read the header and check it against the file's size. Raises `SpecError` for a damaged file."""
    with reading(file.path):
        return Checkpoint(file.path, _tensors(file.whole()), (file,))


def _tensors(whole: Window) -> dict[str, StoredTensor]:
    if whole.size < 8:
        raise Damaged("it is too short to be a safetensors file")
    length = int.from_bytes(whole.take(0, 8), "little")
    if length > min(whole.size - 8, _LONGEST_HEADER):
        raise Damaged("its header is longer than the file; it is damaged, or no safetensors file")
    data = whole.inside(8 + length, whole.size - 8 - length)
    tensors: dict[str, StoredTensor] = {}
    ranges: list[tuple[int, int]] = []
    for name, entry in _entries(whole.take(8, length)):
        if name == "__metadata__":
            continue
        if name in tensors:
            raise Damaged(f"it has two tensors called `{name}`")
        tensors[name], place = _tensor(data, name, entry)
        ranges.append(place)
    _refuse_overlaps(ranges)
    return tensors


def _entries(header: bytes) -> tuple[tuple[str, object], ...]:
    try:
        pairs = json.loads(header, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        raise Damaged("its header is not JSON") from None
    if not isinstance(pairs, tuple):
        raise Damaged("its header is not a JSON object")
    return pairs


def _tensor(data: Window, name: str, entry: object) -> tuple[StoredTensor, tuple[int, int]]:
    try:
        match dict(entry) if isinstance(entry, tuple) else None:
            case {"dtype": str(code), "shape": [*dims], "data_offsets": [int(first), int(last)]} if _are_dims(dims):
                if code not in TYPES:
                    raise Damaged(f"`{name}` has the element type `{code}`, which is not supported")
                type_, shape = TYPES[code], tuple(dims)
                if prod(shape) * type_.itemsize == last - first and 0 <= first <= last <= data.size:
                    return StoredTensor(type_.name, shape, lambda: data.array(type_, shape, first)), (first, last)
    except (TypeError, ValueError):
        pass
    raise Damaged(f"the entry of `{name}` is damaged, or the file is cut short")


def _are_dims(dims: list[object]) -> bool:
    return len(dims) <= _MOST_DIMS and all(type(dim) is int and 0 <= dim < 2**63 for dim in dims)


def _refuse_overlaps(ranges: list[tuple[int, int]]) -> None:
    end = 0
    for first, last in sorted(place for place in ranges if place[0] < place[1]):
        if first < end:
            raise Damaged("two of its tensors share bytes")
        end = last
