"""Index of the largest element."""

from __future__ import annotations

from typing import ClassVar

from specc.layers.common.attributes import layer
from specc.layers.common.index_reduction import IndexReduction


@layer
class Argmax(IndexReduction):
    """Index of the largest element along an axis, the first of equal ones, as int64. Beside a NaN any may be given.

    Formula: y = argmax over i of x[i]
    Source: torch.argmax; ONNX ArgMax
    Example:
        input logits: float32[N, 10]
        label = logits -> argmax(1)
    """

    name: ClassVar[str] = "argmax"
    operator: ClassVar[str] = "ArgMax"
