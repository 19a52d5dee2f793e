"""The hyperbolic cosine of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Cosh(Unary):
    """The hyperbolic cosine of each element.

    Formula: y = (exp(x) + exp(-x)) / 2
    Source: torch.cosh; ONNX Cosh
    Example:
        input x: float32[N, 8]
        y = x -> cosh
    """

    name: ClassVar[str] = "cosh"
    operator: ClassVar[str] = "Cosh"
    takes: ClassVar[ElementTypes] = SINGLE
