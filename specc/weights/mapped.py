"""Files of weights, mapped: arrays are views of them, and their pages can be dropped once they were used."""

from __future__ import annotations

import mmap
import stat
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

from specc.base.diagnostics import SpecError, fail
from specc.weights.arrays import Array, NumpyType
from specc.weights.errors import CheckpointUnreadable

CUT_SHORT = "it is cut short, or points beyond its end"


class Damaged(Exception):
    """A file is not what it says; the message tells why."""


@dataclass(frozen=True, slots=True)
class MappedFile:
    """A whole file, mapped for reading; the content of an empty one is no mapping."""

    path: str
    data: mmap.mmap | bytes

    def release(self) -> None:
        """Drop the pages that reads have brought into memory; they come back when they are read again."""
        if isinstance(self.data, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            self.data.madvise(mmap.MADV_DONTNEED)

    def whole(self) -> Window:
        """All of the file."""
        return Window(self, 0, len(self.data))


@dataclass(frozen=True, slots=True)
class Window:
    """`size` bytes of a file from `start` on. Offsets count from `start`; beyond the end, reads raise `Damaged`."""

    file: MappedFile
    start: int
    size: int

    def take(self, offset: int, count: int) -> bytes:
        """A copy of some bytes."""
        first = self._first(offset, count)
        return self.file.data[first : first + count]

    def inside(self, offset: int, count: int) -> Window:
        """A part of the window."""
        return Window(self.file, self._first(offset, count), count)

    def array(self, type_: NumpyType, shape: tuple[int, ...], offset: int = 0) -> Array:
        """A view of elements in row-major order."""
        count = prod(shape)
        first = self._first(offset, count * type_.itemsize)
        if not count:
            return np.zeros(shape, type_)
        return np.frombuffer(self.file.data, type_, count, first).reshape(shape)

    def _first(self, offset: int, count: int) -> int:
        if offset < 0 or count < 0 or offset + count > self.size:
            raise Damaged(CUT_SHORT)
        return self.start + offset


def map_file(path: Path) -> MappedFile:
    """Map the file at `path`. Raises `SpecError` where there is none that can be read."""
    with reading(str(path)):
        if not stat.S_ISREG(path.stat().st_mode):
            raise Damaged("it is no file")
        with path.open("rb") as file:
            size = file.seek(0, 2)
            return MappedFile(str(path), mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b"")


@contextmanager
def reading(path: str) -> Iterator[None]:
    """Turns what goes wrong in reading the file `path` into a `SpecError`."""
    try:
        yield
    except Damaged as error:
        raise unreadable(path, str(error)) from None
    except OSError as error:
        raise unreadable(path, _os_reason(error)) from None
    except (ValueError, LookupError, EOFError, OverflowError, RecursionError, struct.error, zlib.error):
        raise unreadable(path, "it is damaged") from None


def unreadable(path: str, why: str) -> SpecError:
    """The exception for a file that cannot be read."""
    return fail(CheckpointUnreadable(path, why))


def _os_reason(error: OSError) -> str:
    return "there is no such file" if isinstance(error, FileNotFoundError) else (error.strerror or str(error)).lower()
