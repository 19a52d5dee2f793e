"""Element types of tensors."""

from __future__ import annotations

from enum import Enum


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
        """Whether `number` is one of this type, or for floating point, near to one."""
        if self is DType.BOOL:
            return number in (0, 1)
        if self.is_integer:
            low, high = (0, 2**self.bits) if self.label[0] == "u" else (-(2 ** (self.bits - 1)), 2 ** (self.bits - 1))
            return number % 1 == 0 and low <= number < high
        return not isinstance(number, int) or abs(number) < 2**128

    def __str__(self) -> str:
        return self.label


DTYPES: dict[str, DType] = {dtype.label: dtype for dtype in DType}
