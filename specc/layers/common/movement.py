"""What layers that move elements, and compute nothing, have in common."""

from __future__ import annotations

from collections.abc import Sequence

from specc.ir.operation import Arguments, Cost, Elements, Operation
from specc.tensor.types import TensorType


class Movement(Operation):
    """Base of layers that move elements; all element types are fine."""

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Nothing is computed."""
        return Cost()


class Rearrangement(Movement):
    """Base of layers whose results hold elements of their first input, and no others."""

    def elements(self, known: Sequence[Elements | None]) -> Elements | None:
        """Those of the input, perhaps in another order."""
        return None if known[0] is None else Elements(known[0].low, known[0].high)
