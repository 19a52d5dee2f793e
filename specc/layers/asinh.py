"""The inverse hyperbolic sine of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Asinh(Unary):
    """The inverse hyperbolic sine of each element.

    Formula: y = log(x + sqrt(x^2 + 1))
    Source: torch.asinh; ONNX Asinh
    Example:
        input x: float32[N, 8]
        y = x -> asinh
    """

    name: ClassVar[str] = "asinh"
    operator: ClassVar[str] = "Asinh"
    takes: ClassVar[ElementTypes] = SINGLE
