"""The larger of two tensors, element by element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import COMPARED, ElementTypes


@layer
class Maximum(Binary):
    """The larger of two tensors, element by element.

    Formula: y = max(a, b)
    Source: torch.maximum; ONNX Max
    Example:
        input a: float32[N, 8]
        input b: float32[N, 1]
        y = maximum(a, b)
    """

    name: ClassVar[str] = "maximum"
    operator: ClassVar[str] = "Max"
    takes: ClassVar[ElementTypes] = COMPARED
