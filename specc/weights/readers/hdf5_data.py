"""Elements of HDF5 datasets: in one piece, which is read in place, or in chunks, perhaps compressed."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from specc.weights.arrays import Array, NumpyType
from specc.weights.mapped import Damaged, Window
from specc.weights.readers.hdf5_messages import NOWHERE, Budget, number

_COMPACT, _CONTIGUOUS, _CHUNKED = 0, 1, 2
_DEFLATE, _SHUFFLE, _CHECKSUM = 1, 2, 3
_LARGEST_CHUNK = 1 << 26
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Dataset:
    """Type and shape of a dataset, and the messages that tell where its elements are."""

    whole: Window
    type: NumpyType
    shape: tuple[int, ...]
    layout: Window
    filters: Window | None

    def array(self) -> Array:
        """The elements. Raises `Damaged` where they are stored in a way that is not read."""
        version, kind = self.layout.take(0, 2)
        if version not in (3, 4) or kind > _CHUNKED or (version == 4 and kind == _CHUNKED):
            raise Damaged("a dataset is laid out in a way that is not read")
        if kind == _CHUNKED:
            return self._from_chunks()
        if kind == _COMPACT:
            return self.layout.inside(4, number(self.layout, 2, 2)).array(self.type, self.shape)
        address, size = struct.unpack("<QQ", self.layout.take(2, 16))
        if size < prod(self.shape) * self.type.itemsize or (address == NOWHERE and 0 not in self.shape):
            raise Damaged("a dataset is cut short, or was never written")
        return self.whole.array(self.type, self.shape, 0 if 0 in self.shape else address)

    def _from_chunks(self) -> Array:
        rank = self.layout.take(2, 1)[0] - 1
        address = number(self.layout, 3, 8)
        dims = struct.unpack(f"<{rank + 1}I", self.layout.take(11, 4 * rank + 4))[:rank]
        size = prod(dims) * self.type.itemsize
        if rank != len(self.shape) or 0 in dims or size > _LARGEST_CHUNK:
            raise Damaged("a dataset has chunks of impossible size")
        grid = prod(-(-length // dim) for length, dim in zip(self.shape, dims, strict=True))
        filters, made = _filters(self.filters), np.zeros(self.shape, self.type)
        seen: set[tuple[int, ...]] = set()
        for corner, packed in _chunks(self.whole, address, rank, Budget(4 * grid + 64)) if grid else ():
            if corner in seen or any(
                start >= end or start % dim for start, end, dim in zip(corner, self.shape, dims, strict=True)
            ):
                raise Damaged("a dataset has chunks where there is no place for them")
            seen.add(corner)
            block = np.frombuffer(_unpacked(packed, filters, size, self.type.itemsize), self.type).reshape(dims)
            place = tuple(slice(start, start + dim) for start, dim in zip(corner, dims, strict=True))
            part = made[place]
            part[...] = block[tuple(slice(0, length) for length in part.shape)]
        if len(seen) != grid:
            raise Damaged("a dataset lacks chunks")
        return made


def _chunks(
    whole: Window, address: int, rank: int, budget: Budget, depth: int = 0
) -> Iterator[tuple[tuple[int, ...], Window]]:
    """Corner and packed bytes of every chunk below a node of the tree."""
    budget.spend()
    head = whole.take(address, 8)
    if head[:4] != b"TREE" or head[4] != 1 or depth > _DEEPEST:
        raise Damaged("the list of a dataset's chunks is damaged")
    level, used = head[5], number(whole, address + 6, 2)
    step = 8 + 8 * (rank + 1)
    for index in range(used):
        place = address + 24 + index * (step + 8)
        size, mask, *corner = struct.unpack(f"<II{rank + 1}Q", whole.take(place, step))
        child = number(whole, place + step, 8)
        if level:
            yield from _chunks(whole, child, rank, budget, depth + 1)
            continue
        budget.spend()
        if mask:
            raise Damaged("a dataset has chunks that leave a filter out")
        yield tuple(corner[:rank]), whole.inside(child, size)


def _filters(body: Window | None) -> tuple[int, ...]:
    """The filters of a pipeline, in the order in which they were applied."""
    if body is None:
        return ()
    version, count = body.take(0, 2)
    place, found = (8 if version == 1 else 2), []
    for _ in range(count):
        kind = number(body, place, 2)
        named = version == 1 or kind >= 256
        length = number(body, place + 2, 2) if named else 0
        place += 4 if named else 2
        values = number(body, place + 2, 2)
        place += (
            4 + (-(-length // 8) * 8 if version == 1 else length) + 4 * (values + (values % 2 if version == 1 else 0))
        )
        found.append(kind)
    if not set(found) <= {_DEFLATE, _SHUFFLE, _CHECKSUM}:
        raise Damaged("a dataset is compressed in an unusual way")
    return tuple(found)


def _unpacked(packed: Window, filters: tuple[int, ...], size: int, width: int) -> bytes:
    """The bytes of a chunk, which are `size`."""
    data = packed.take(0, packed.size)
    for kind in reversed(filters):
        if kind == _DEFLATE:
            data = zlib.decompressobj().decompress(data, size + 4)
        elif kind == _CHECKSUM:
            data = data[:-4]
        elif width > 1:
            data = np.frombuffer(data, np.uint8).reshape(width, -1).T.tobytes()
    if len(data) != size:
        raise Damaged("a chunk of a dataset is cut short")
    return data
