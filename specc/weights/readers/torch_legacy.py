"""Reads PyTorch's files before 1.6: five pickles, then the bytes of each storage after its length."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from specc.weights.arrays import Array
from specc.weights.checkpoint import Checkpoint
from specc.weights.mapped import Damaged, MappedFile, Window, reading
from specc.weights.readers.torch_names import found_tensors
from specc.weights.readers.torch_pickle import as_stored, restored, viewed
from specc.weights.readers.torch_values import Storage, TensorValue, made_storage

MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001
_SIGNS = (MAGIC.to_bytes(10, "little"), b"L%d" % MAGIC)


def is_torch_legacy(head: bytes) -> bool:
    """Whether a file that begins with `head` has the form."""
    return any(sign in head for sign in _SIGNS)


@dataclass(slots=True)
class _TorchLegacy:
    path: str
    whole: Window
    storages: dict[str, Storage] = field(default_factory=dict)
    places: dict[str, Window] = field(default_factory=dict)

    def value(self, place: int) -> tuple[object, int]:
        return restored(self.path, self.whole.file.data, place, self.storage)

    def storage(self, identifier: tuple[object, ...]) -> Storage:
        padded: tuple[object, ...] = (*identifier, None)
        _, kind, key, _, count, view, *_ = padded
        if view is not None:
            raise Damaged("it has storages that are views of others")
        storage = made_storage(kind, key, count)
        if self.storages.setdefault(storage.key, storage) != storage:
            raise Damaged(f"it describes the storage `{storage.key[:100]}` in two ways")
        return storage

    def place_storages(self, keys: object, place: int) -> None:
        """Find the bytes of each storage, in the order of `keys`."""
        for key in keys if isinstance(keys, list) else ():
            storage = self.storages.get(key) if isinstance(key, str) else None
            if storage is None or storage.key in self.places:
                raise Damaged("its list of storages is damaged")
            count, size = int.from_bytes(self.whole.take(place, 8), "little"), storage.count * storage.type.itemsize
            if count != storage.count:
                raise Damaged(f"its storage `{storage.key[:100]}` is cut short")
            self.places[storage.key] = self.whole.inside(place + 8, size)
            place += 8 + size
        if len(self.places) < len(self.storages):
            raise Damaged("its list of storages is damaged")

    def load(self, tensor: TensorValue) -> Array:
        with reading(self.path):
            return viewed(self.places[tensor.storage.key].array(tensor.type, (tensor.storage.count,)), tensor)


def read_torch_legacy(file: MappedFile) -> Checkpoint:
    """The tensors of a state dict, or of dicts of such. Raises `SpecError` for a damaged file, and for one that holds
    anything else than tensors, containers, text and numbers."""
    with reading(file.path):
        legacy = _TorchLegacy(file.path, file.whole())
        magic, place = legacy.value(0)
        protocol, place = legacy.value(place)
        system, place = legacy.value(place)
        if magic != MAGIC or protocol != PROTOCOL or not isinstance(system, dict):
            raise Damaged("it is no file of PyTorch")
        if system.get("little_endian") is not True:
            raise Damaged("it was written in big-endian byte order")
        value, place = legacy.value(place)
        keys, place = legacy.value(place)
        legacy.place_storages(keys, place)
        found = found_tensors(value)
        tensors = {name: as_stored(tensor, partial(legacy.load, tensor)) for name, tensor in found.tensors.items()}
        return Checkpoint(file.path, tensors, (file,), tuple(found.roots))
