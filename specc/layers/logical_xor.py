"""Whether one of two bools is true, and the other is not."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Logic


@layer
class LogicalXor(Logic):
    """Whether one of two bools is true, and the other is not.

    Formula: y = a != b
    Source: torch.logical_xor; ONNX Xor
    Example:
        input a: bool[N, T]
        input b: bool[N, 1]
        y = logical_xor(a, b)
    """

    name: ClassVar[str] = "logical_xor"
    operator: ClassVar[str] = "Xor"
