"""Sum along axes."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.reduction import Reduction


@layer
class Sum(Reduction):
    """Sum along axes. Integers are exact up to 2^53 on the runtime, which takes them through float64.

    Formula: y = sum of x
    Source: torch.sum; ONNX ReduceSum
    Example:
        input x: float32[N, T, 16]
        y = x -> sum(1)
    """

    name: ClassVar[str] = "sum"
    operator: ClassVar[str] = "ReduceSum"
