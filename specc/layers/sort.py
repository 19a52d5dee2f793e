"""Elements in order."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.ordering import Ordering


@layer
class Sort(Ordering):
    """Elements in order along an axis, and the indices that they had as int64; equal ones keep their order. Where there
    is a NaN the order is not defined.

    Formula: y[0] <= y[1] <= ..., with y[i] = x[indices[i]]
    Source: torch.sort with stable=True; ONNX TopK
    Example:
        input x: float32[N, T]
        values, indices = sort(x, 1)
    """

    name: ClassVar[str] = "sort"
