"""Largest element along axes."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import RANKED, ElementTypes
from specc.layers.common.reduction import Reduction


@layer
class Amax(Reduction):
    """Largest element along axes. Where there is a NaN the runtime may give that or another element.

    Formula: y = max of x
    Source: torch.amax; ONNX ReduceMax
    Example:
        input x: float32[N, T, 16]
        y = x -> amax(1)
    """

    name: ClassVar[str] = "amax"
    operator: ClassVar[str] = "ReduceMax"
    takes: ClassVar[ElementTypes] = RANKED
    nonempty: ClassVar[bool] = True
