"""Quotient of two tensors of floating point."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary
from specc.layers.common.element_types import FLOATS, ElementTypes


@layer
class Div(Binary):
    """Quotient of two tensors of floating point.

    Formula: y = a / b
    Source: torch.div; ONNX Div
    Example:
        input a: float32[N, 8]
        input b: float32[N, 1]
        y = a / b
    """

    name: ClassVar[str] = "div"
    operator: ClassVar[str] = "Div"
    takes: ClassVar[ElementTypes] = FLOATS
