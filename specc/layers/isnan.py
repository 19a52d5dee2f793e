"""Whether each element is not a number."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Predicate


@layer
class Isnan(Predicate):
    """Whether each element is not a number.

    Formula: y = x is NaN
    Source: torch.isnan; ONNX IsNaN
    Example:
        input x: float32[N, 8]
        y = x -> isnan
    """

    name: ClassVar[str] = "isnan"
    operator: ClassVar[str] = "IsNaN"
