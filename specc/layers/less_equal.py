"""Whether one tensor is at most another, element by element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Comparison


@layer
class LessEqual(Comparison):
    """Whether one tensor is at most another, element by element.

    Formula: y = a <= b
    Source: torch.le; ONNX LessOrEqual
    Example:
        input a: int64[N, T]
        input b: int64[N, 1]
        y = a <= b
    """

    name: ClassVar[str] = "less_equal"
    operator: ClassVar[str] = "LessOrEqual"
