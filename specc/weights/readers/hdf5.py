"""Reads the datasets of an HDF5 file, such as Keras' `.weights.h5`, by their paths."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from specc.base.diagnostics import fail
from specc.weights.arrays import Array
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.errors_files import TensorUnreadable
from specc.weights.mapped import Damaged, MappedFile, Window, reading
from specc.weights.readers.hdf5_data import Dataset
from specc.weights.readers.hdf5_messages import (
    ATTRIBUTE,
    DATASPACE,
    DATATYPE,
    FILTERS,
    LAYOUT,
    LINK,
    LINK_INFO,
    NOWHERE,
    SYMBOL_TABLE,
    Budget,
    Message,
    messages,
    number,
)
from specc.weights.readers.hdf5_types import element_type, shape_of

BEGIN = b"\x89HDF\r\n\x1a\n"
_DEEPEST = 32
_LONGEST_NAME = 1024
_BFLOAT16 = b"bfloat16"


def is_hdf5(head: bytes) -> bool:
    """Whether a file that begins with `head` has the form."""
    return head.startswith(BEGIN)


def read_hdf5(file: MappedFile) -> Checkpoint:
    """The datasets by their paths. Raises `SpecError` for a damaged file, or parts of HDF5 that no checkpoint uses."""
    with reading(file.path):
        return Checkpoint(file.path, datasets(file.whole()), (file,))


def datasets(whole: Window) -> dict[str, StoredTensor]:
    """The datasets of an HDF5 file that may be a part of another file. Raises `Damaged`."""
    return _Hdf5(whole).tensors(_root(whole))


def _root(whole: Window) -> int:
    """Address of the header of the root group."""
    version = whole.take(8, 1)[0]
    if whole.take(0, 8) != BEGIN or version > 3:
        raise Damaged("it is no HDF5 file")
    sizes, base, root = (13, 24 + 4 * version, 64 + 4 * version) if version < 2 else (9, 12, 36)
    if whole.take(sizes, 2) != b"\x08\x08" or number(whole, base, 8) != 0:
        raise Damaged("it is an HDF5 file of an unusual kind")
    return number(whole, root, 8)


@dataclass(slots=True)
class _Hdf5:
    whole: Window
    budget: Budget = field(default_factory=Budget)
    found: dict[str, StoredTensor] = field(default_factory=dict)

    def tensors(self, root: int) -> dict[str, StoredTensor]:
        self._visit(root, ())
        return self.found

    def _visit(self, address: int, path: tuple[str, ...]) -> None:
        if len(path) > _DEEPEST:
            raise Damaged("its groups are nested too deep")
        parts = messages(self.whole, address, self.budget)
        kinds = {part.kind: part.body for part in parts}
        if DATATYPE in kinds and LAYOUT in kinds and DATASPACE in kinds:
            self._dataset("/".join(path), kinds, parts)
            return
        for name, child in self._children(kinds, parts):
            self.budget.spend()
            self._visit(child, (*path, name))

    def _dataset(self, name: str, kinds: dict[int, Window], parts: list[Message]) -> None:
        if name in self.found:
            raise Damaged(f"it has two datasets called `{name[:200]}`")
        shape = shape_of(kinds[DATASPACE])
        if shape is None:
            return
        is_bfloat16 = any(part.kind == ATTRIBUTE and self._says_bfloat16(part.body) for part in parts)
        type_ = element_type(kinds[DATATYPE], is_bfloat16)
        path = self.whole.file.path
        if isinstance(type_, str):
            self.found[name] = StoredTensor(type_, shape, partial(_refuse, path, name, f"it holds {type_}"))
            return
        dataset = Dataset(self.whole, type_, shape, kinds[LAYOUT], kinds.get(FILTERS))
        self.found[name] = StoredTensor(type_.name, shape, partial(_load, path, dataset))

    def _says_bfloat16(self, body: Window) -> bool:
        """Whether an attribute is `dtype = "bfloat16"`: its text is in it, or in a heap that its last bytes name."""
        content = body.take(0, min(body.size, 512))
        if b"dtype\0" not in content:
            return False
        return _BFLOAT16 in content or self._in_heap(int.from_bytes(content[-12:-4], "little"))

    def _in_heap(self, address: int) -> bool:
        if address + 16 > self.whole.size or self.whole.take(address, 4) != b"GCOL":
            return False
        size = min(number(self.whole, address + 8, 8), 4096, self.whole.size - address)
        return _BFLOAT16 in self.whole.take(address, size)

    def _children(self, kinds: dict[int, Window], parts: list[Message]) -> Iterator[tuple[str, int]]:
        if SYMBOL_TABLE in kinds:
            tree, heap = struct.unpack("<QQ", kinds[SYMBOL_TABLE].take(0, 16))
            yield from self._table(tree, self._heap(heap), 0)
            return
        if LINK_INFO in kinds and self._is_dense(kinds[LINK_INFO]):
            raise Damaged("it has groups of the newest kind, with many members; write it with h5py's default `libver`")
        for part in parts:
            if part.kind == LINK:
                yield self._link(part.body)

    def _is_dense(self, body: Window) -> bool:
        flags = body.take(1, 1)[0]
        return number(body, 10 if flags & 1 else 2, 8) != NOWHERE

    def _link(self, body: Window) -> tuple[str, int]:
        flags = body.take(1, 1)[0]
        place = 2
        if flags & 8:
            if body.take(2, 1)[0]:
                raise Damaged("it has links to somewhere else")
            place += 1
        place += (8 if flags & 4 else 0) + (1 if flags & 16 else 0)
        width = 1 << (flags & 3)
        length = number(body, place, width)
        if length > _LONGEST_NAME:
            raise Damaged("a name in it is of absurd length")
        name = body.take(place + width, length).decode("utf-8", "replace")
        return name, number(body, place + width + length, 8)

    def _heap(self, address: int) -> Window:
        """The names of a group."""
        if self.whole.take(address, 4) != b"HEAP":
            raise Damaged("the names of a group are damaged")
        size, _, place = struct.unpack("<QQQ", self.whole.take(address + 8, 24))
        return self.whole.inside(place, size)

    def _table(self, address: int, names: Window, depth: int) -> Iterator[tuple[str, int]]:
        """The members of a group below a node of its tree."""
        self.budget.spend()
        if self.whole.take(address, 4) == b"SNOD":
            yield from self._symbols(address, names)
            return
        head = self.whole.take(address, 8)
        if head[:5] != b"TREE\0" or depth > _DEEPEST:
            raise Damaged("the members of a group are damaged")
        for index in range(number(self.whole, address + 6, 2)):
            yield from self._table(number(self.whole, address + 32 + 16 * index, 8), names, depth + 1)

    def _symbols(self, address: int, names: Window) -> Iterator[tuple[str, int]]:
        for index in range(number(self.whole, address + 6, 2)):
            name, header, kind = struct.unpack("<QQI", self.whole.take(address + 8 + 40 * index, 20))
            if kind == 2:
                raise Damaged("it has links to somewhere else")
            text = names.take(name, min(_LONGEST_NAME, max(names.size - name, 0)))
            if b"\0" not in text:
                raise Damaged("the names of a group are damaged")
            yield text[: text.index(b"\0")].decode("utf-8", "replace"), header


def _load(path: str, dataset: Dataset) -> Array:
    with reading(path):
        return dataset.array()


def _refuse(path: str, name: str, why: str) -> Array:
    raise fail(TensorUnreadable(path, name, why))
