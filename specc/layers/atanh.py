"""The inverse hyperbolic tangent of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Atanh(Unary):
    """The inverse hyperbolic tangent of each element.

    Formula: y = log((1 + x) / (1 - x)) / 2, NaN outside -1 to 1
    Source: torch.atanh; ONNX Atanh
    Example:
        input x: float32[N, 8]
        y = x -> atanh
    """

    name: ClassVar[str] = "atanh"
    operator: ClassVar[str] = "Atanh"
    takes: ClassVar[ElementTypes] = SINGLE
