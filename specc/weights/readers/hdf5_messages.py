"""Object headers of HDF5: the messages that describe groups and datasets (HDF5 File Format Specification 3.0)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from specc.weights.mapped import Damaged, Window

DATASPACE, LINK_INFO, DATATYPE, LINK, LAYOUT, FILTERS, ATTRIBUTE, SYMBOL_TABLE = 1, 2, 3, 6, 8, 11, 12, 17
NOWHERE = 0xFFFFFFFFFFFFFFFF
_CONTINUATION = 16
_SHARED = 2
_MOST_MESSAGES = 4096


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its kind, and its content."""

    kind: int
    body: Window


@dataclass(slots=True)
class Budget:
    """How many more things may be looked at in a file, so that one that refers to itself ends."""

    left: int = 500_000

    def spend(self) -> None:
        """Look at one thing more. Raises `Damaged` after too many."""
        self.left -= 1
        if self.left < 0:
            raise Damaged("it has more parts than a checkpoint needs")


def number(window: Window, offset: int, size: int) -> int:
    """An unsigned integer of `size` bytes."""
    return int.from_bytes(window.take(offset, size), "little")


def messages(whole: Window, address: int, budget: Budget) -> list[Message]:
    """The messages of the object at `address`, those in continuation blocks included."""
    found = list(_second(whole, address) if whole.take(address, 4) == b"OHDR" else _first(whole, address))
    kept: list[Message] = []
    while found:
        message = found.pop(0)
        budget.spend()
        kept.append(message)
        if len(kept) + len(found) > _MOST_MESSAGES:
            raise Damaged("it has an object with too many messages")
        if message.kind == _CONTINUATION:
            place, size = struct.unpack("<QQ", message.body.take(0, 16))
            found += _continued(whole.inside(place, size), whole.take(address, 4) == b"OHDR", _tracked(whole, address))
    return kept


def _first(whole: Window, address: int) -> Iterator[Message]:
    """Version 1: a fixed prefix, then messages at multiples of 8 bytes."""
    version, _, _, _, size = struct.unpack("<BBHII", whole.take(address, 12))
    if version != 1:
        raise Damaged("it has an object of an unknown kind")
    yield from _continued(whole.inside(address + 16, size), False, False)


def _second(whole: Window, address: int) -> Iterator[Message]:
    """Version 2: a prefix whose length depends on its flags."""
    flags = whole.take(address + 5, 1)[0]
    place = address + 6 + (16 if flags & 32 else 0) + (4 if flags & 16 else 0)
    width = 1 << (flags & 3)
    block = whole.inside(place + width, number(whole, place, width))
    yield from _split(block, 4 + (2 if flags & 4 else 0))


def _tracked(whole: Window, address: int) -> bool:
    """Whether messages of an object of version 2 have the order of their creation."""
    return bool(whole.take(address + 5, 1)[0] & 4)


def _continued(block: Window, is_second: bool, tracked: bool) -> list[Message]:
    if not is_second:
        return list(_split(block, 8))
    return list(_split(block.inside(4, block.size - 8), 6 if tracked else 4))


def _split(block: Window, head: int) -> Iterator[Message]:
    """The messages of a block; their heads take `head` bytes: 8 in version 1."""
    place = 0
    while place + head <= block.size:
        if head == 8:
            kind, size, flags = struct.unpack("<HHB", block.take(place, 5))
        else:
            kind, size, flags = struct.unpack("<BHB", block.take(place, 4))
        if flags & _SHARED and kind in (DATASPACE, DATATYPE):
            raise Damaged("it shares types between datasets")
        yield Message(kind, block.inside(place + head, size))
        place += head + size
