"""Logarithm of the sum of exponentials along axes."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import FLOATS, ElementTypes
from specc.layers.common.reduction import Reduction


@layer
class Logsumexp(Reduction):
    """Logarithm of the sum of exponentials along axes, also where the exponentials are too large.

    Formula: y = log(sum of exp(x))
    Source: torch.logsumexp; ONNX ReduceLogSumExp
    Example:
        input x: float32[N, T, 16]
        y = x -> logsumexp(2)
    """

    name: ClassVar[str] = "logsumexp"
    operator: ClassVar[str] = "ReduceLogSumExp"
    takes: ClassVar[ElementTypes] = FLOATS
    flops_per_element: ClassVar[int] = 3
