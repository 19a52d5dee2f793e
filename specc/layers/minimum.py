"""The smaller of two tensors, element by element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import COMPARED, ElementTypes


@layer
class Minimum(Binary):
    """The smaller of two tensors, element by element.

    Formula: y = min(a, b)
    Source: torch.minimum; ONNX Min
    Example:
        input a: float32[N, 8]
        input b: float32[N, 1]
        y = minimum(a, b)
    """

    name: ClassVar[str] = "minimum"
    operator: ClassVar[str] = "Min"
    takes: ClassVar[ElementTypes] = COMPARED
