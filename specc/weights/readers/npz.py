"""Reads `.npz` archives: names, types and shapes from the headers, arrays when they are asked for."""

from __future__ import annotations

import io
from functools import partial
from math import prod
from tokenize import TokenError

import numpy as np
from numpy.lib import format as npy

from specc.weights.arrays import Array, NumpyType
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.mapped import Damaged, MappedFile, reading
from specc.weights.readers.archive import Archive, Member

_LONGEST_HEADER = 1 << 16


def is_npz(archive: Archive | None) -> bool:
    """Whether the archive holds arrays, and nothing else."""
    return archive is not None and bool(archive.members) and all(name.endswith(".npy") for name in archive.members)


def read_npz(file: MappedFile, archive: Archive) -> Checkpoint:
    """The headers of the arrays. Raises `SpecError` for one that is damaged or holds Python objects."""
    with reading(file.path):
        tensors = {name.removesuffix(".npy"): _tensor(file.path, member) for name, member in archive.members.items()}
        return Checkpoint(file.path, tensors, (file,))


def _tensor(path: str, member: Member) -> StoredTensor:
    head = io.BytesIO(member.unpacked(_LONGEST_HEADER))
    version = npy.read_magic(head)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    try:
        shape, is_fortran, type_ = read(head)
    except (ValueError, TypeError, SyntaxError, TokenError, MemoryError):
        raise Damaged(f"the header of `{member.name}` is damaged") from None
    if type_.hasobject:
        raise Damaged(f"`{member.name}` holds Python objects, which only running code can rebuild")
    if any(dim < 0 for dim in shape) or head.tell() + prod(shape) * type_.itemsize != member.size:
        raise Damaged(f"`{member.name}` is cut short")
    return StoredTensor(type_.name, tuple(shape), partial(_load, path, member, type_, shape, is_fortran, head.tell()))


def _load(path: str, member: Member, type_: NumpyType, shape: tuple[int, ...], is_fortran: bool, start: int) -> Array:
    stored = shape[::-1] if is_fortran else shape
    with reading(path):
        if member.is_stored:
            array = member.packed.array(type_, stored, start)
        else:
            array = np.frombuffer(member.unpacked(member.size), type_, offset=start).reshape(stored)
    return array.T if is_fortran else array
