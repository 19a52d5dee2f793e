"""Smallest element so far."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.running_extreme import RunningExtreme


@layer
class Cummin(RunningExtreme):
    """Smallest element so far along an axis, and its index as int64: the last of equal ones; NaN from
    the first NaN on.

    Formula: y[i] = min(x[0], ..., x[i])
    Source: torch.cummin; ONNX Scan, LessOrEqual, Where
    Example:
        input x: float32[N, T]
        values, indices = cummin(x, 1)
    """

    name: ClassVar[str] = "cummin"
    better: ClassVar[str] = "LessOrEqual"
