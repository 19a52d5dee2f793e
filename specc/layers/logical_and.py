"""Whether both of two bools are true."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Logic


@layer
class LogicalAnd(Logic):
    """Whether both of two bools are true.

    Formula: y = a and b
    Source: torch.logical_and; ONNX And
    Example:
        input a: bool[N, T]
        input b: bool[N, 1]
        y = logical_and(a, b)
    """

    name: ClassVar[str] = "logical_and"
    operator: ClassVar[str] = "And"
