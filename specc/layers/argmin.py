"""Index of the smallest element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.index_reduction import IndexReduction


@layer
class Argmin(IndexReduction):
    """Index of the smallest element along an axis, the first of equal ones, as int64. Beside a NaN any may be given.

    Formula: y = argmin over i of x[i]
    Source: torch.argmin; ONNX ArgMin
    Example:
        input logits: float32[N, 10]
        label = logits -> argmin(1)
    """

    name: ClassVar[str] = "argmin"
    operator: ClassVar[str] = "ArgMin"
