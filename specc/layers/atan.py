"""The angle in radians whose tangent is each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Atan(Unary):
    """The angle in radians whose tangent is each element.

    Formula: y = arctan(x)
    Source: torch.atan; ONNX Atan
    Example:
        input x: float32[N, 8]
        y = x -> atan
    """

    name: ClassVar[str] = "atan"
    operator: ClassVar[str] = "Atan"
    takes: ClassVar[ElementTypes] = SINGLE
