"""Whether one tensor is less than another, element by element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Comparison


@layer
class Less(Comparison):
    """Whether one tensor is less than another, element by element.

    Formula: y = a < b
    Source: torch.lt; ONNX Less
    Example:
        input a: int64[N, T]
        input b: int64[N, 1]
        y = a < b
    """

    name: ClassVar[str] = "less"
    operator: ClassVar[str] = "Less"
