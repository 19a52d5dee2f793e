"""The error function of each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.unary import Unary


@layer
class Erf(Unary):
    """The error function of each element.

    Formula: y = 2 / sqrt(pi) * integral from 0 to x of exp(-t ** 2) dt
    Source: torch.erf; ONNX Erf
    Example:
        input x: float32[N, 8]
        y = x -> erf
    """

    name: ClassVar[str] = "erf"
    operator: ClassVar[str] = "Erf"
    takes: ClassVar[ElementTypes] = SINGLE
