"""The directory of a zip archive: where its members lie, without unpacking them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specc.weights.mapped import Damaged, MappedFile, Window

BEGIN = b"PK\x03\x04"
_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _END64_SIZE, _LOCATOR64_SIZE, _ENTRY_SIZE, _LOCAL_SIZE = 22, 56, 20, 46, 30
_MOST_MEMBERS = 200_000
_LARGEST_DIRECTORY = 64 << 20
_LONGEST_COMMENT = (1 << 16) - 1
_STORED, _DEFLATED = 0, 8
_ELSEWHERE = 0xFFFFFFFF
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its bytes as they lie there, and its size when unpacked."""

    name: str
    packed: Window
    size: int
    is_stored: bool

    def content(self) -> Window:
        """The bytes in place. Raises `Damaged` where they are compressed."""
        if not self.is_stored:
            raise Damaged(f"its member `{self.name}` is compressed, and can be read only once it is unpacked")
        return self.packed

    def unpacked(self, most: int) -> bytes:
        """The first `most` bytes, or all where there are less, unpacked. Nothing beyond them is."""
        if self.is_stored:
            return self.packed.take(0, min(most, self.packed.size))
        stream, made, place = zlib.decompressobj(-zlib.MAX_WBITS), bytearray(), 0
        while len(made) < most and not stream.eof:
            piece = stream.unconsumed_tail or self.packed.take(place, min(_PIECE, self.packed.size - place))
            if not piece:
                break
            place += 0 if stream.unconsumed_tail else len(piece)
            made += stream.decompress(piece, most - len(made))
        return bytes(made)


@dataclass(frozen=True, slots=True)
class Archive:
    """The members of an archive, by name."""

    members: Mapping[str, Member]

    def text(self, name: str, most: int) -> bytes:
        """A whole member of at most `most` bytes. Raises `Damaged` for a longer one, or where there is none."""
        if name not in self.members:
            raise Damaged(f"it has no `{name}`")
        member = self.members[name]
        if member.size > most:
            raise Damaged(f"its `{name}` is larger than {most >> 20} MiB")
        return member.unpacked(most)


def open_archive(file: MappedFile) -> Archive:
    """The directory of the archive `file`. Raises `Damaged` where members overlap, or lie outside of the file."""
    whole = file.whole()
    members = {}
    for member in _members(whole):
        if member.name in members:
            raise Damaged(f"it has two members called `{member.name[:200]}`")
        members[member.name] = member
    end = 0
    for packed in sorted((member.packed for member in members.values()), key=lambda packed: packed.start):
        if packed.start < end:
            raise Damaged("two of its members share bytes")
        end = packed.start + packed.size
    return Archive(members)


def _members(whole: Window) -> Iterator[Member]:
    count, place, size = _directory(whole)
    if count > _MOST_MEMBERS or size > _LARGEST_DIRECTORY:
        raise Damaged(f"it has more than {_MOST_MEMBERS:,} members")
    directory, place = whole.inside(place, size), 0
    for _ in range(count):
        entry = struct.unpack("<4s6H3L5H2L", directory.take(place, _ENTRY_SIZE))
        if entry[0] != b"PK\x01\x02":
            raise Damaged("its directory is damaged")
        name_size, extra_size, comment_size = entry[10:13]
        name = directory.take(place + _ENTRY_SIZE, name_size).decode("utf-8", "replace")
        extra = directory.take(place + _ENTRY_SIZE + name_size, extra_size)
        place += _ENTRY_SIZE + name_size + extra_size + comment_size
        if not name.endswith("/"):
            yield _member(whole, name, entry[3], entry[4], _wide((entry[9], entry[8], entry[16]), extra))


def _directory(whole: Window) -> tuple[int, int, int]:
    """How many members there are, where the directory lies, and its size."""
    tail_size = min(whole.size, _END_SIZE + _LONGEST_COMMENT)
    tail = whole.take(whole.size - tail_size, tail_size)
    found = tail.rfind(_END)
    if found < 0 or len(tail) - found < _END_SIZE:
        raise Damaged("it is an archive that is cut short")
    count, size, place = struct.unpack("<HLL", tail[found + 10 : found + 20])
    locator = whole.size - tail_size + found - _LOCATOR64_SIZE
    if locator >= 0 and whole.take(locator, 4) == _LOCATOR64:
        (end,) = struct.unpack("<Q", whole.take(locator + 8, 8))
        if whole.take(end, 4) != _END64:
            raise Damaged("its directory is damaged")
        count, size, place = struct.unpack("<QQQ", whole.take(end + 32, 24))
    return count, place, size


def _wide(sizes: tuple[int, int, int], extra: bytes) -> tuple[int, int, int]:
    """Unpacked size, packed size and place; those that need more than 32 bits are in the extra field, in that order."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack("<HH", extra[place : place + 4])
        if kind == 1:
            wide = iter(struct.unpack(f"<{length // 8}Q", extra[place + 4 : place + 4 + length // 8 * 8]))
            whole, packed, start = (next(wide, size) if size == _ELSEWHERE else size for size in sizes)
            return whole, packed, start
        place += 4 + length
    return sizes


def _member(whole: Window, name: str, flags: int, method: int, sizes: tuple[int, int, int]) -> Member:
    size, packed, start = sizes
    if flags & 1:
        raise Damaged(f"its member `{name[:200]}` is encrypted")
    if method not in (_STORED, _DEFLATED):
        raise Damaged(f"its member `{name[:200]}` is compressed in an unusual way")
    if method == _STORED and size != packed:
        raise Damaged("its directory is damaged")
    local = whole.take(start, _LOCAL_SIZE)
    if local[:4] != BEGIN:
        raise Damaged("its directory is damaged")
    name_size, extra_size = struct.unpack("<HH", local[26:30])
    return Member(name, whole.inside(start + _LOCAL_SIZE + name_size + extra_size, packed), size, method == _STORED)
