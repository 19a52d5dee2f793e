"""Sum of two tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from specc.ir.operation import Elements
from specc.layers.common.attributes import layer
from specc.layers.common.binary import Binary


@layer
class Add(Binary):
    """Sum of two tensors.

    Formula: y = a + b
    Source: torch.add; ONNX Add
    Example:
        input a: float32[N, 8]
        input b: float32[N, 1]
        y = a + b
    """

    name: ClassVar[str] = "add"
    operator: ClassVar[str] = "Add"

    def elements(self, known: Sequence[Elements | None]) -> Elements | None:
        """Sums of those of the inputs."""
        a, b = known
        return None if a is None or b is None else Elements(a.low + b.low, a.high + b.high)
