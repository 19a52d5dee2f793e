"""The layer that does nothing."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.attributes import layer
from specc.tensor.types import TensorType


@layer
class Identity(Operation):
    """The input itself; for a stage that may be left out.

    Formula: y = x
    Source: torch.nn.Identity
    Example:
        input x: float32[N, 128]
        y = x -> identity
    """

    name: ClassVar[str] = "identity"

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Nothing."""
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """No operator: the result is the input."""
        return (site.inputs[0],)
