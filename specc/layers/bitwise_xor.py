"""The bits that are set in one of two integers, not in both."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import INTEGERS, ElementTypes


@layer
class BitwiseXor(Binary):
    """The bits that are set in one of two integers, not in both.

    Formula: y = a ^ b
    Source: torch.bitwise_xor; ONNX BitwiseXor
    Example:
        input a: int64[N, T]
        input b: int64[N, 1]
        y = bitwise_xor(a, b)
    """

    name: ClassVar[str] = "bitwise_xor"
    operator: ClassVar[str] = "BitwiseXor"
    takes: ClassVar[ElementTypes] = INTEGERS
