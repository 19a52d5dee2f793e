"""Element types of tensors."""

from __future__ import annotations

from enum import Enum
from math import inf


class DType(Enum):
    """An element type: its name and its size in bits."""

    FLOAT32 = ("float32", 32)
    FLOAT64 = ("float64", 64)
    FLOAT16 = ("float16", 16)
    BFLOAT16 = ("bfloat16", 16)
    INT8 = ("int8", 8)
    INT16 = ("int16", 16)
    INT32 = ("int32", 32)
    INT64 = ("int64", 64)
    UINT8 = ("uint8", 8)
    UINT16 = ("uint16", 16)
    UINT32 = ("uint32", 32)
    UINT64 = ("uint64", 64)
    BOOL = ("bool", 8)

    def __init__(self, label: str, bits: int) -> None:
        self.label = label
        self.bits = bits

    @property
    def is_float(self) -> bool:
        """Whether it is a floating-point type."""
        return "float" in self.label

    @property
    def is_integer(self) -> bool:
        """Whether it is a signed or unsigned integer type."""
        return "int" in self.label

    def holds(self, number: float) -> bool:
        """Whether an element can be `number`: rounded where it is floating point, infinite where `number` is."""
        endless = number != number or number in (inf, -inf)
        if self.is_float:
            return endless or abs(number) <= _LARGEST[self.label]
        if endless or number != int(number):
            return False
        if self is DType.BOOL:
            return number in (0, 1)
        signed = not self.label.startswith("u")
        low, high = (-(1 << self.bits - 1), 1 << self.bits - 1) if signed else (0, 1 << self.bits)
        return low <= number < high

    def __str__(self) -> str:
        return self.label

    __hash__ = object.__hash__  # that of `Enum` runs in Python, and types are looked up for every tensor


DTYPES: dict[str, DType] = {dtype.label: dtype for dtype in DType}


_LARGEST = {
    "float64": 1.7976931348623157e308,
    "float32": 3.4028235677973366e38,
    "bfloat16": 3.3961775292304957e38,
    "float16": 65_519.0,
}
"""The largest number that is rounded to a finite one."""
