"""The exponential of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary


@layer
class Exp(Unary):
    """The exponential of each element.

    Formula: y = exp(x)
    Source: torch.exp; ONNX Exp
    Example:
        input x: float32[N, 8]
        y = x -> exp
    """

    name: ClassVar[str] = "exp"
    operator: ClassVar[str] = "Exp"
