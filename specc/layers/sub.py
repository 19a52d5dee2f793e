"""Difference of two tensors."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary


@layer
class Sub(Binary):
    """Difference of two tensors.

    Formula: y = a - b
    Source: torch.sub; ONNX Sub
    Example:
        input a: float32[N, 8]
        input b: float32[N, 1]
        y = a - b
    """

    name: ClassVar[str] = "sub"
    operator: ClassVar[str] = "Sub"
