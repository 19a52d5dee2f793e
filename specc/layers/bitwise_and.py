"""The bits that are set in both of two integers."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import INTEGERS, ElementTypes


@layer
class BitwiseAnd(Binary):
    """The bits that are set in both of two integers.

    Formula: y = a & b
    Source: torch.bitwise_and; ONNX BitwiseAnd
    Example:
        input a: int64[N, T]
        input b: int64[N, 1]
        y = bitwise_and(a, b)
    """

    name: ClassVar[str] = "bitwise_and"
    operator: ClassVar[str] = "BitwiseAnd"
    takes: ClassVar[ElementTypes] = INTEGERS
