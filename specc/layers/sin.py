"""The sine of each element, in radians."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary


@layer
class Sin(Unary):
    """The sine of each element, in radians.

    Formula: y = sin(x)
    Source: torch.sin; ONNX Sin
    Example:
        input x: float32[N, 8]
        y = x -> sin
    """

    name: ClassVar[str] = "sin"
    operator: ClassVar[str] = "Sin"
