"""Smallest element along axes."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import RANKED, ElementTypes
from specc.layers.common.reduction import Reduction


@layer
class Amin(Reduction):
    """Smallest element along axes. Where there is a NaN the runtime may give that or another element.

    Formula: y = min of x
    Source: torch.amin; ONNX ReduceMin
    Example:
        input x: float32[N, T, 16]
        y = x -> amin(1)
    """

    name: ClassVar[str] = "amin"
    operator: ClassVar[str] = "ReduceMin"
    takes: ClassVar[ElementTypes] = RANKED
    nonempty: ClassVar[bool] = True
