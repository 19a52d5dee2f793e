"""The nearest whole number to each element, halves to the even one."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary


@layer
class Round(Unary):
    """The nearest whole number to each element, halves to the even one.

    Formula: y = round(x)
    Source: torch.round; ONNX Round
    Example:
        input x: float32[N, 8]
        y = x -> round
    """

    name: ClassVar[str] = "round"
    operator: ClassVar[str] = "Round"
