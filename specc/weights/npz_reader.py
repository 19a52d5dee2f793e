"""Reads `.npz` archives as checkpoints: names, types and shapes from the headers, arrays when they are asked for."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.lib import format as npy

from specc.base.diagnostics import fail
from specc.weights.array_files import load_array, reason
from specc.weights.arrays import Array
from specc.weights.checkpoint import StoredTensor
from specc.weights.errors import CheckpointUnreadable


@dataclass(frozen=True, slots=True)
class NpzFile:
    """An archive of arrays."""

    path: str
    tensors: Mapping[str, StoredTensor]

    def read(self, name: str) -> Array:
        """The array called `name`."""
        return load_array(self.path, name)


def read_npz(path: str) -> NpzFile:
    """The headers of a `.npz` archive. Raises `SpecError` for one that is missing, damaged or holds Python objects."""
    tensors: dict[str, StoredTensor] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.namelist():
                tensors[member.removesuffix(".npy")] = _header(archive, member)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise fail(CheckpointUnreadable(path, reason(error))) from None
    return NpzFile(path, tensors)


def _header(archive: zipfile.ZipFile, member: str) -> StoredTensor:
    with archive.open(member) as file:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read(file)
    if np.dtype(dtype).hasobject:
        raise ValueError("it holds Python objects")
    return StoredTensor(np.dtype(dtype).name, tuple(shape))
