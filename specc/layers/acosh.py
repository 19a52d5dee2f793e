"""The inverse hyperbolic cosine of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Acosh(Unary):
    """The inverse hyperbolic cosine of each element.

    Formula: y = log(x + sqrt(x^2 - 1)), NaN below 1
    Source: torch.acosh; ONNX Acosh
    Example:
        input x: float32[N, 8]
        y = x -> acosh
    """

    name: ClassVar[str] = "acosh"
    operator: ClassVar[str] = "Acosh"
    takes: ClassVar[ElementTypes] = SINGLE
