"""Power of one tensor to another."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import WIDE, ElementTypes


@layer
class Pow(Binary):
    """Power of one tensor to another.

    Formula: y = a ** b
    Source: torch.pow; ONNX Pow
    Example:
        input a: float32[N, 8]
        input b: float32[N, 1]
        y = a ** b
    """

    name: ClassVar[str] = "pow"
    operator: ClassVar[str] = "Pow"
    takes: ClassVar[ElementTypes] = WIDE
