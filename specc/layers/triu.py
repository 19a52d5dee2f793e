"""Upper triangle of matrices."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.triangle import Triangle


@layer
class Triu(Triangle):
    """Upper triangle of matrices, the last two axes; 0 elsewhere.

    Formula: y[i, j] = x[i, j] where j >= i + diagonal, else 0
    Source: torch.triu; ONNX Trilu
    Example:
        input x: float32[N, T, T]
        y = x -> triu
    """

    name: ClassVar[str] = "triu"
    upper: ClassVar[bool] = True
