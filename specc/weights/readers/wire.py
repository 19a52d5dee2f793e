"""Protocol buffers' wire format over a mapped file: fields are found without being copied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.weights.mapped import Damaged, Window

MOST_FIELDS = 1_000_000
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_PIECE = 1 << 16


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a message: its number, and a varint, or the window of its bytes (also of a fixed number)."""

    number: int
    value: int | Window

    @property
    def window(self) -> Window:
        """The bytes. Raises `Damaged` where the field is a varint."""
        if isinstance(self.value, int):
            raise Damaged("a field is of another kind than it should be")
        return self.value

    @property
    def integer(self) -> int:
        """The varint. Raises `Damaged` where the field has bytes."""
        if not isinstance(self.value, int):
            raise Damaged("a field is of another kind than it should be")
        return self.value

    def text(self, most: int = 4096) -> str:
        """The bytes as text. Raises `Damaged` where they are more than `most`."""
        window = self.window
        if window.size > most:
            raise Damaged("a name in it is of absurd length")
        return window.take(0, window.size).decode("utf-8", "replace")


@dataclass(slots=True)
class Wire:
    """Reads messages, and counts their fields, so that a file of very many ends."""

    left: int = MOST_FIELDS

    def fields(self, message: Window) -> Iterator[Field]:
        """The fields of `message` in their order."""
        place = 0
        while place < message.size:
            self.left -= 1
            if self.left < 0:
                raise Damaged(f"it has more than {MOST_FIELDS:,} fields")
            key, place = varint(message, place)
            number, kind = key >> 3, key & 7
            if kind == _VARINT:
                value, place = varint(message, place)
                yield Field(number, value)
                continue
            if kind == _BYTES:
                size, place = varint(message, place)
            elif kind in (_FIXED64, _FIXED32):
                size = 8 if kind == _FIXED64 else 4
            else:
                raise Damaged("it is no ONNX file")
            yield Field(number, message.inside(place, size))
            place += size


def varint(window: Window, place: int) -> tuple[int, int]:
    """The number at `place`, and the offset after it."""
    value = shift = 0
    for byte in window.take(place, min(10, window.size - place)):
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise Damaged("it is cut short")


def varints(window: Window) -> Iterator[int]:
    """The numbers of a packed field, in two's complement of 64 bits."""
    value = shift = 0
    for start in range(0, window.size, _PIECE):
        for byte in window.take(start, min(_PIECE, window.size - start)):
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                yield value - (1 << 64) if value >> 63 else value
                value = shift = 0
            elif shift > 63:
                raise Damaged("a number in it is too long")
    if shift:
        raise Damaged("it is cut short")
