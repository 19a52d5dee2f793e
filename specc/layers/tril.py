"""Lower triangle of matrices."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.triangle import Triangle


@layer
class Tril(Triangle):
    """Lower triangle of matrices, the last two axes; 0 elsewhere.

    Formula: y[i, j] = x[i, j] where j <= i + diagonal, else 0
    Source: torch.tril; ONNX Trilu
    Example:
        input x: float32[N, T, T]
        y = x -> tril
    """

    name: ClassVar[str] = "tril"
    upper: ClassVar[bool] = False
