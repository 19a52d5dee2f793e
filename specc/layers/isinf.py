"""Whether each element is infinite."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Predicate


@layer
class Isinf(Predicate):
    """Whether each element is infinite.

    Formula: y = x is inf or -inf
    Source: torch.isinf; ONNX IsInf
    Example:
        input x: float32[N, 8]
        y = x -> isinf
    """

    name: ClassVar[str] = "isinf"
    operator: ClassVar[str] = "IsInf"
