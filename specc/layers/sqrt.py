"""The square root of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary


@layer
class Sqrt(Unary):
    """The square root of each element.

    Formula: y = sqrt(x)
    Source: torch.sqrt; ONNX Sqrt
    Example:
        input x: float32[N, 8]
        y = x -> sqrt
    """

    name: ClassVar[str] = "sqrt"
    operator: ClassVar[str] = "Sqrt"
