"""Whether one of two bools is true."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Logic


@layer
class LogicalOr(Logic):
    """Whether one of two bools is true.

    Formula: y = a or b
    Source: torch.logical_or; ONNX Or
    Example:
        input a: bool[N, T]
        input b: bool[N, 1]
        y = logical_or(a, b)
    """

    name: ClassVar[str] = "logical_or"
    operator: ClassVar[str] = "Or"
