"""The sign of each element: -1, 0 or 1."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import NUMBERS, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Sign(Unary):
    """The sign of each element: -1, 0 or 1; NaN of NaN, where torch has 0.

    Formula: y = (x > 0) - (x < 0)
    Source: torch.sign; ONNX Sign
    Example:
        input x: float32[N, 8]
        y = x -> sign
    """

    name: ClassVar[str] = "sign"
    operator: ClassVar[str] = "Sign"
    takes: ClassVar[ElementTypes] = NUMBERS
