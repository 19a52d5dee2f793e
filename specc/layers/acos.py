"""The angle in radians whose cosine is each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Acos(Unary):
    """The angle in radians whose cosine is each element.

    Formula: y = arccos(x), NaN outside -1 to 1
    Source: torch.acos; ONNX Acos
    Example:
        input x: float32[N, 8]
        y = x -> acos
    """

    name: ClassVar[str] = "acos"
    operator: ClassVar[str] = "Acos"
    takes: ClassVar[ElementTypes] = SINGLE
