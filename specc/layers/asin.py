"""The angle in radians whose sine is each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Asin(Unary):
    """The angle in radians whose sine is each element.

    Formula: y = arcsin(x), NaN outside -1 to 1
    Source: torch.asin; ONNX Asin
    Example:
        input x: float32[N, 8]
        y = x -> asin
    """

    name: ClassVar[str] = "asin"
    operator: ClassVar[str] = "Asin"
    takes: ClassVar[ElementTypes] = SINGLE
