"""Product along axes."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.reduction import Reduction


@layer
class Prod(Reduction):
    """Product along axes. Integers are exact up to 2^53 on the runtime, which takes them through float64.

    Formula: y = product of x
    Source: torch.prod; ONNX ReduceProd
    Example:
        input x: float32[N, T, 16]
        y = x -> prod(1)
    """

    name: ClassVar[str] = "prod"
    operator: ClassVar[str] = "ReduceProd"
