"""The smallest whole number that is not below each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary


@layer
class Ceil(Unary):
    """The smallest whole number that is not below each element.

    Formula: y = ceil(x)
    Source: torch.ceil; ONNX Ceil
    Example:
        input x: float32[N, 8]
        y = x -> ceil
    """

    name: ClassVar[str] = "ceil"
    operator: ClassVar[str] = "Ceil"
