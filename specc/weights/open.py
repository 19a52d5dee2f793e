"""Opens weights by the ending of their name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from specc.base.diagnostics import fail
from specc.weights.arrays import Array
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.errors import CheckpointUnreadable
from specc.weights.npz_reader import read_npz
from specc.weights.safetensors_reader import read_safetensors

READERS: dict[str, Callable[[str], Checkpoint]] = {".safetensors": read_safetensors, ".npz": read_npz}


@dataclass(frozen=True, slots=True)
class Shards:
    """Several files as one checkpoint."""

    tensors: Mapping[str, StoredTensor]
    holders: Mapping[str, Checkpoint]

    def read(self, name: str) -> Array:
        """The tensor called `name`, from the file that holds it."""
        return self.holders[name].read(name)


def open_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint in a file, or in all files of a folder together. Raises `SpecError` where it cannot be read."""
    if path.is_dir():
        return _open_folder(path)
    reader = READERS.get(path.suffix)
    if reader is None:
        raise fail(CheckpointUnreadable(str(path), f"its name has to end in {' or '.join(READERS)}"))
    return reader(str(path))


def _open_folder(folder: Path) -> Shards:
    tensors: dict[str, StoredTensor] = {}
    holders: dict[str, Checkpoint] = {}
    for path in sorted(folder.glob("*.safetensors")):
        shard = read_safetensors(str(path))
        for name, tensor in shard.tensors.items():
            if name in tensors:
                raise fail(CheckpointUnreadable(str(path), f"`{name}` is in another file of the folder too"))
            tensors[name], holders[name] = tensor, shard
    if not tensors:
        raise fail(CheckpointUnreadable(str(folder), "the folder has no .safetensors files"))
    return Shards(tensors, holders)
