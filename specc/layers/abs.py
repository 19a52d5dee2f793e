"""The absolute value of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import NUMBERS, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Abs(Unary):
    """The absolute value of each element.

    Formula: y = |x|
    Source: torch.abs; ONNX Abs
    Example:
        input x: float32[N, 8]
        y = x -> abs
    """

    name: ClassVar[str] = "abs"
    operator: ClassVar[str] = "Abs"
    takes: ClassVar[ElementTypes] = NUMBERS
