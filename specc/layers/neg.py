"""The negative of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SIGNED, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Neg(Unary):
    """The negative of each element.

    Formula: y = -x
    Source: torch.neg; ONNX Neg
    Example:
        input x: float32[N, 8]
        y = -x
    """

    name: ClassVar[str] = "neg"
    operator: ClassVar[str] = "Neg"
    takes: ClassVar[ElementTypes] = SIGNED
