"""Whether two tensors are equal, element by element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Comparison
from specc.layers.common.element_types import ANY, ElementTypes


@layer
class Equal(Comparison):
    """Whether two tensors are equal, element by element.

    Formula: y = a == b
    Source: torch.eq; ONNX Equal
    Example:
        input a: int64[N, T]
        input b: int64[N, 1]
        y = a == b
    """

    name: ClassVar[str] = "equal"
    operator: ClassVar[str] = "Equal"
    takes: ClassVar[ElementTypes] = ANY
