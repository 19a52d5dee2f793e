"""One over each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary


@layer
class Reciprocal(Unary):
    """One over each element.

    Formula: y = 1 / x
    Source: torch.reciprocal; ONNX Reciprocal
    Example:
        input x: float32[N, 8]
        y = x -> reciprocal
    """

    name: ClassVar[str] = "reciprocal"
    operator: ClassVar[str] = "Reciprocal"
