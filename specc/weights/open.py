"""Opens weights: a file of any known form, told by its content, an index of shards, or a folder."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from specc.weights.checkpoint import Checkpoint
from specc.weights.mapped import MappedFile, map_file, reading, unreadable
from specc.weights.readers.archive import BEGIN, Archive, open_archive
from specc.weights.readers.hdf5 import is_hdf5, read_hdf5
from specc.weights.readers.keras import is_keras, read_keras
from specc.weights.readers.npz import is_npz, read_npz
from specc.weights.readers.onnx import read_onnx
from specc.weights.readers.safetensors import is_safetensors, read_safetensors
from specc.weights.readers.shards import index_of, is_index, merged, read_index
from specc.weights.readers.torch_legacy import is_torch_legacy, read_torch_legacy
from specc.weights.readers.torch_zip import is_torch_zip, read_torch_zip

_HEAD = 64
_LONGEST_NAME = 1000


@dataclass(frozen=True, slots=True)
class Content:
    """A file, its first bytes, and its directory where it is a zip archive."""

    file: MappedFile
    head: bytes
    archive: Archive | None

    @property
    def members(self) -> Archive:
        """The directory of what is known to be an archive."""
        assert self.archive is not None
        return self.archive


@dataclass(frozen=True, slots=True)
class Format:
    """A form of weights: the endings that stand for it, whether a content is of it, and its reader."""

    name: str
    endings: tuple[str, ...]
    fits: Callable[[Content], bool]
    read: Callable[[Content], Checkpoint]


FORMATS = (
    Format("safetensors", (".safetensors",), lambda c: is_safetensors(c.head), lambda c: read_safetensors(c.file)),
    Format("numpy", (".npz",), lambda c: is_npz(c.archive), lambda c: read_npz(c.file, c.members)),
    Format(
        "PyTorch",
        (".pt", ".pth", ".bin", ".ckpt", ".jit"),
        lambda c: is_torch_zip(c.archive),
        lambda c: read_torch_zip(c.file, c.members),
    ),
    Format(
        "PyTorch before 1.6",
        (".pt", ".pth", ".bin", ".ckpt"),
        lambda c: is_torch_legacy(c.head),
        lambda c: read_torch_legacy(c.file),
    ),
    Format("Keras", (".keras",), lambda c: is_keras(c.archive), lambda c: read_keras(c.file, c.members)),
    Format("HDF5", (".h5", ".hdf5"), lambda c: is_hdf5(c.head), lambda c: read_hdf5(c.file)),
    Format("ONNX", (".onnx",), lambda c: c.file.path.endswith(".onnx"), lambda c: read_onnx(c.file)),
)
"""Every form. The content tells which one it is, whatever the ending says; only ONNX has no sign to know it by."""


def open_checkpoint(path: Path) -> Checkpoint:
    """The checkpoint in a file, in the shards of an index, or in a folder. Raises `SpecError` where there is none."""
    if path.is_dir():
        return _open_folder(path)
    if is_index(path):
        return read_index(path, open_file)
    return open_file(path)


def open_file(path: Path) -> Checkpoint:
    """The checkpoint in one file."""
    file = map_file(path)
    with reading(str(path)):
        head = file.data[:_HEAD]
        content = Content(file, head, open_archive(file) if head.startswith(BEGIN) else None)
    for form in FORMATS:
        if form.fits(content):
            return _with_short_names(form.read(content))
    raise unreadable(str(path), _unknown(path, head))


def _with_short_names(checkpoint: Checkpoint) -> Checkpoint:
    if any(len(name) > _LONGEST_NAME for name in checkpoint.tensors):
        raise unreadable(checkpoint.path, f"it has a tensor whose name is longer than {_LONGEST_NAME:,} characters")
    return checkpoint


def _unknown(path: Path, head: bytes) -> str:
    for form in FORMATS:
        if path.suffix in form.endings:
            empty = "it is empty" if not head else f"it is no {form.name} file, whatever its ending says"
            return f"{empty}; it is damaged or cut short, or something else"
    endings = dict.fromkeys(ending for form in FORMATS for ending in form.endings)
    return f"it is none of the known forms ({', '.join(endings)})"


def _open_folder(folder: Path) -> Checkpoint:
    index = index_of(folder)
    if index is not None:
        return read_index(index, open_file)
    kinds = ("*.safetensors", "pytorch_model*.bin", "*.bin")
    shards = next((found for kind in kinds if (found := sorted(folder.glob(kind)))), None)
    if shards is None:
        raise unreadable(str(folder), "the folder has no .safetensors files, and no .bin files")
    return merged(str(folder), [open_file(shard) for shard in shards])
