"""The largest whole number that is not above each element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.unary import Unary


@layer
class Floor(Unary):
    """The largest whole number that is not above each element.

    Formula: y = floor(x)
    Source: torch.floor; ONNX Floor
    Example:
        input x: float32[N, 8]
        y = x -> floor
    """

    name: ClassVar[str] = "floor"
    operator: ClassVar[str] = "Floor"
