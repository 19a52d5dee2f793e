"""The hyperbolic sine of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Sinh(Unary):
    """The hyperbolic sine of each element.

    Formula: y = (exp(x) - exp(-x)) / 2
    Source: torch.sinh; ONNX Sinh
    Example:
        input x: float32[N, 8]
        y = x -> sinh
    """

    name: ClassVar[str] = "sinh"
    operator: ClassVar[str] = "Sinh"
    takes: ClassVar[ElementTypes] = SINGLE
