"""What layers that move elements, and compute nothing, have in common."""

from __future__ import annotations

from specc.ir.operation import Arguments, Cost, Operation
from specc.tensor.types import TensorType


class Movement(Operation):
    """Base of layers that move elements; all element types are fine."""

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Nothing is computed."""
        return Cost()
