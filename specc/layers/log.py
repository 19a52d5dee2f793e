"""The natural logarithm of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary


@layer
class Log(Unary):
    """The natural logarithm of each element.

    Formula: y = ln(x)
    Source: torch.log; ONNX Log
    Example:
        input x: float32[N, 8]
        y = x -> log
    """

    name: ClassVar[str] = "log"
    operator: ClassVar[str] = "Log"
