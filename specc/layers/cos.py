"""The cosine of each element, in radians."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary


@layer
class Cos(Unary):
    """The cosine of each element, in radians.

    Formula: y = cos(x)
    Source: torch.cos; ONNX Cos
    Example:
        input x: float32[N, 8]
        y = x -> cos
    """

    name: ClassVar[str] = "cos"
    operator: ClassVar[str] = "Cos"
