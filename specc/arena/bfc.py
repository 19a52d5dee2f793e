"""onnxruntime's arena: best fit, neighbours joined again, each growth as large as what it is for.

`BFCArena` of onnxruntime 1.31 with `kSameAsRequested`: sizes are multiples of 256 bytes; a free chunk is cut in two
where it is at least twice as large; chunks of different growths are never joined.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass

UNIT = 256
MOST_LEFT = 128 << 20
"""Bytes above which the rest of a chunk is cut off however small it is beside the part that is used."""


@dataclass(slots=True, eq=False)
class Chunk:
    """A stretch of memory between `before` and `after` of the same growth."""

    size: int
    serial: int
    free: bool = False
    before: Chunk | None = None
    after: Chunk | None = None


class Arena:
    """What a run asks for, and what the arena asks the system for: `total` bytes in `growths`; `used` now, and the
    most of it."""

    def __init__(self) -> None:
        self.growths: list[int] = []
        self.used = self.most_used = 0
        self._free: list[tuple[int, int]] = []
        self._by_serial: dict[int, Chunk] = {}
        self._serial = 0

    @property
    def total(self) -> int:
        """Bytes asked of the system."""
        return sum(self.growths)

    def take(self, size: int) -> Chunk:
        """A chunk of at least `size` bytes."""
        rounded = max(1, -(-size // UNIT)) * UNIT
        place = bisect_left(self._free, (rounded, -1))
        if place < len(self._free):
            chunk = self._by_serial[self._free.pop(place)[1]]
            chunk.free = False
            if chunk.size >= 2 * rounded or chunk.size - rounded >= MOST_LEFT:
                self._cut(chunk, rounded)
        else:
            self.growths.append(rounded)
            chunk = self._chunk(rounded)
        self.used += chunk.size
        self.most_used = max(self.most_used, self.used)
        return chunk

    def give_back(self, chunk: Chunk) -> None:
        """Free a chunk, and join it with the free ones beside it."""
        self.used -= chunk.size
        chunk.free = True
        if chunk.after is not None and chunk.after.free:
            self._forget(chunk.after)
            self._join(chunk, chunk.after)
        if chunk.before is not None and chunk.before.free:
            chunk, joined = chunk.before, chunk
            self._forget(chunk)
            self._join(chunk, joined)
        insort(self._free, (chunk.size, chunk.serial))

    def _chunk(self, size: int) -> Chunk:
        self._serial += 1
        chunk = Chunk(size, self._serial)
        self._by_serial[chunk.serial] = chunk
        return chunk

    def _cut(self, chunk: Chunk, size: int) -> None:
        rest = self._chunk(chunk.size - size)
        rest.free, rest.before, rest.after = True, chunk, chunk.after
        if chunk.after is not None:
            chunk.after.before = rest
        chunk.after, chunk.size = rest, size
        insort(self._free, (rest.size, rest.serial))

    def _join(self, first: Chunk, second: Chunk) -> None:
        first.size, first.after = first.size + second.size, second.after
        if second.after is not None:
            second.after.before = first
        del self._by_serial[second.serial]

    def _forget(self, chunk: Chunk) -> None:
        self._free.remove((chunk.size, chunk.serial))
