"""Arrays in `.npy` and `.npz` files."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from math import prod
from pathlib import Path
from tokenize import TokenError

import numpy as np

from specc.base.diagnostics import fail
from specc.base.source import Span
from specc.ir.initial import File
from specc.tensor.types import TensorType
from specc.weights.arrays import Array, cast
from specc.weights.errors import ArrayFileUnreadable, ArrayMisfit

_UNREADABLE = (
    OSError, ValueError, EOFError, SyntaxError, TokenError, MemoryError, OverflowError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_HEAD = 1 << 16
"""Bytes that the head of an array's file has at most."""
_LARGEST_ELEMENT = 16


def read_array_file(file: File, type_: TensorType, tensor: str) -> Array:
    """The array that `file` names, checked against `type_`; floating point is converted, other types have to fit."""
    most = _LARGEST_ELEMENT * prod(dim for dim in type_.shape if isinstance(dim, int))
    array = load_array(file.path, file.key, file.span, most=most)
    return fitted(array, type_, tensor, file.span)


def fitted(array: Array, type_: TensorType, tensor: str, span: Span | None = None) -> Array:
    """`array` in the element type of `type_`. Raises `SpecError` for another shape, or floating point for integers."""
    floating = array.dtype.kind in "fV" or array.dtype.name == "bfloat16"
    if array.shape != type_.shape or (floating and not type_.dtype.is_float) or array.dtype.kind in "cOSUMm":
        given = f"{array.dtype.name}[{', '.join(map(str, array.shape))}]"
        raise fail(ArrayMisfit(tensor, str(type_), given), span)
    return cast(array, type_.dtype, tensor, span)


def load_array(
    path: str, key: str | None, span: Span | None = None, prefer: str | None = None, most: int | None = None
) -> Array:
    """The array of a `.npy` file, or of `key` in a `.npz` file; without a key, the one called `prefer`, or the only
    one. Raises `SpecError` where there is none, or its elements take more than `most` bytes in a `.npz` file."""
    if Path(path).exists() and not Path(path).is_file():
        raise fail(ArrayFileUnreadable(path, "it is not an ordinary file"), span)
    try:
        if most is not None and path.endswith(".npz"):
            _check_size(path, key, most, span)
        with np.errstate(all="ignore"):
            loaded = np.load(path, mmap_mode="r" if path.endswith(".npy") else None, allow_pickle=False)
    except _UNREADABLE as error:
        raise fail(ArrayFileUnreadable(path, reason(error)), span) from None
    if isinstance(loaded, np.ndarray):
        if key is not None:
            raise fail(ArrayFileUnreadable(path, f"a `.npy` file holds one array, and no `{key}`"), span)
        return loaded
    with loaded:
        return _of_archive(loaded, path, key if key is not None or prefer not in loaded else prefer, span)


def _check_size(path: str, key: str | None, most: int, span: Span | None) -> None:
    """Report an array of an archive that unpacks to far more than is wanted."""
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    wanted = [e for e in entries if (key is None and len(entries) == 1) or e.filename in (key, f"{key}.npy")]
    size = max((entry.file_size for entry in wanted), default=0)
    if size > most + _HEAD:
        raise fail(ArrayFileUnreadable(path, f"the array has {size:,} bytes, far more than are wanted"), span)


def _of_archive(archive: Mapping[str, Array], path: str, key: str | None, span: Span | None) -> Array:
    names = list(archive)
    chosen = names[0] if key is None and len(names) == 1 else key
    if chosen is None or chosen not in names:
        held = ", ".join(f"`{name}`" for name in names[:8]) or "nothing"
        wanted = f"it has no `{key}`, but {held}" if key is not None else f"name one of its arrays: {held}"
        raise fail(ArrayFileUnreadable(path, wanted), span)
    try:
        array: Array = archive[chosen]
    except _UNREADABLE as error:
        raise fail(ArrayFileUnreadable(path, reason(error)), span) from None
    if not isinstance(array, np.ndarray):
        raise fail(ArrayFileUnreadable(path, f"its `{chosen}` is not an array"), span)
    return array


def reason(error: Exception) -> str:
    """Why a file could not be read, in a few words."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    if "pickle" in str(error).lower():
        return "it is not an array file, or holds Python objects"
    return str(error).splitlines()[0] if str(error) else type(error).__name__
