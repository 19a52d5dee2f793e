"""The negation of each bool."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.element_types import BOOLEANS, ElementTypes
from specc.layers.common.unary import Unary


@layer
class LogicalNot(Unary):
    """The negation of each bool.

    Formula: y = not x
    Source: torch.logical_not; ONNX Not
    Example:
        input x: bool[N, T]
        y = x -> logical_not
    """

    name: ClassVar[str] = "logical_not"
    operator: ClassVar[str] = "Not"
    takes: ClassVar[ElementTypes] = BOOLEANS
