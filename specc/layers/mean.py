"""Mean along axes."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import FLOATS, ElementTypes
from specc.layers.common.reduction import Reduction


@layer
class Mean(Reduction):
    """Mean along axes, each of which has an element.

    Formula: y = sum of x / number of elements
    Source: torch.mean; ONNX ReduceMean
    Example:
        input x: float32[N, T, 16]
        y = x -> mean(1)
    """

    name: ClassVar[str] = "mean"
    operator: ClassVar[str] = "ReduceMean"
    takes: ClassVar[ElementTypes] = FLOATS
    nonempty: ClassVar[bool] = True
