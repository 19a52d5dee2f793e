"""The bits that are set in one of two integers, or in both."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import INTEGERS, ElementTypes


@layer
class BitwiseOr(Binary):
    """The bits that are set in one of two integers, or in both.

    Formula: y = a | b
    Source: torch.bitwise_or; ONNX BitwiseOr
    Example:
        input a: int64[N, T]
        input b: int64[N, 1]
        y = bitwise_or(a, b)
    """

    name: ClassVar[str] = "bitwise_or"
    operator: ClassVar[str] = "BitwiseOr"
    takes: ClassVar[ElementTypes] = INTEGERS
