"""Reads PyTorch's `.pt`, `.pth` and `.bin` files since 1.6, and TorchScript archives: a zip archive of one pickle and a
member for each storage, which is read in place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from specc.weights.arrays import Array, NumpyType
from specc.weights.checkpoint import Checkpoint
from specc.weights.mapped import Damaged, MappedFile, reading
from specc.weights.readers.archive import Archive, Member
from specc.weights.readers.pickle_machine import LONGEST_PICKLE
from specc.weights.readers.torch_names import found_tensors
from specc.weights.readers.torch_pickle import as_stored, restored, viewed
from specc.weights.readers.torch_values import Storage, TensorValue, made_storage

PICKLE = "data.pkl"


def is_torch_zip(archive: Archive | None) -> bool:
    """Whether the archive has one pickle of this name in one folder."""
    return archive is not None and _folder(archive) is not None


def _folder(archive: Archive) -> str | None:
    folders = [name.removesuffix(PICKLE) for name in archive.members if name.rpartition("/")[2] == PICKLE]
    return folders[0] if len(folders) == 1 else None


@dataclass(frozen=True, slots=True)
class _TorchZip:
    path: str
    archive: Archive
    folder: str
    is_little: bool

    def storage(self, identifier: tuple[object, ...]) -> Storage:
        _, kind, key, _, count, *_ = identifier
        storage = made_storage(kind, key, count)
        if self.member(storage).size < storage.count * storage.type.itemsize:
            raise Damaged(f"its storage `{storage.key[:100]}` is cut short")
        return storage

    def member(self, storage: Storage) -> Member:
        member = self.archive.members.get(f"{self.folder}data/{storage.key}")
        if member is None:
            raise Damaged(f"it has no storage `{storage.key[:100]}`")
        return member

    def load(self, tensor: TensorValue) -> Array:
        with reading(self.path):
            member, type_ = self.member(tensor.storage), self.ordered(tensor.type)
            count = tensor.storage.count * tensor.storage.type.itemsize // type_.itemsize
            if member.is_stored:
                return viewed(member.packed.array(type_, (count,)), tensor)
            return viewed(np.frombuffer(member.unpacked(count * type_.itemsize), type_, count), tensor)

    def ordered(self, type_: NumpyType) -> NumpyType:
        """The type in the byte order of the machine that wrote the file."""
        return type_ if self.is_little or type_.itemsize == 1 else type_.newbyteorder(">")


def read_torch_zip(file: MappedFile, archive: Archive) -> Checkpoint:
    """The tensors of a state dict, of dicts of such, or of a TorchScript module. Raises `SpecError` for a damaged file,
    and for one that holds anything else than tensors, containers, text and numbers."""
    with reading(file.path):
        folder = _folder(archive)
        assert folder is not None
        order = archive.text(f"{folder}byteorder", 16) if f"{folder}byteorder" in archive.members else b"little"
        is_script = any(name.startswith(f"{folder}code/") for name in archive.members)
        stored = _TorchZip(file.path, archive, folder, order.strip() == b"little")
        value = restored(file.path, archive.text(f"{folder}{PICKLE}", LONGEST_PICKLE), 0, stored.storage, is_script)[0]
        found = found_tensors(value)
        if is_script and not found.tensors:
            raise Damaged("it is a TorchScript archive without parameters: freezing has put them into its code")
        tensors = {name: as_stored(tensor, partial(stored.load, tensor)) for name, tensor in found.tensors.items()}
        return Checkpoint(file.path, tensors, (file,), tuple(found.roots))
