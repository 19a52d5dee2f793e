"""Each bit of an integer turned over."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import INTEGERS, ElementTypes
from specc.layers.common.unary import Unary


@layer
class BitwiseNot(Unary):
    """Each bit of an integer turned over.

    Formula: y = ~x
    Source: torch.bitwise_not; ONNX BitwiseNot
    Example:
        input x: int64[N, T]
        y = x -> bitwise_not
    """

    name: ClassVar[str] = "bitwise_not"
    operator: ClassVar[str] = "BitwiseNot"
    takes: ClassVar[ElementTypes] = INTEGERS
