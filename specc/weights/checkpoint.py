"""Named tensors in a file, in several files, or in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod

from specc.weights.arrays import Array
from specc.weights.mapped import MappedFile


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Element type, as numpy and ml_dtypes call it, shape, and what gives the array: if it can be, a view of the file.

    Where a reader has already relaid the tensor, `origin` is its place in the file and `relaid` says how; an `optional`
    one need not have a place in the model.
    """

    dtype: str
    shape: tuple[int, ...]
    load: Callable[[], Array] = field(repr=False, compare=False)
    origin: str = ""
    relaid: str = ""
    optional: bool = False

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"

    @property
    def elements(self) -> int:
        """Number of elements."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Tensors by name. `files` are those that the arrays view; `roots` are the dotted paths of the containers that
    tensors lie in, for a file that has such."""

    path: str
    tensors: Mapping[str, StoredTensor]
    files: tuple[MappedFile, ...] = ()
    roots: tuple[str, ...] = ()

    def release(self) -> None:
        """Drop the pages of the files that reads have brought into memory."""
        for file in self.files:
            file.release()
