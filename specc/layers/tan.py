"""The tangent of each element, in radians."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Tan(Unary):
    """The tangent of each element, in radians.

    Formula: y = tan(x)
    Source: torch.tan; ONNX Tan
    Example:
        input x: float32[N, 8]
        y = x -> tan
    """

    name: ClassVar[str] = "tan"
    operator: ClassVar[str] = "Tan"
    takes: ClassVar[ElementTypes] = SINGLE
