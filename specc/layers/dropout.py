"""Dropout, which does nothing in inference."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.attributes import PROBABILITY, attribute, layer
from specc.tensor.types import TensorType


@layer
class Dropout(Operation):
    """Dropout: zeroes elements at random while a model is trained, and does nothing in inference.

    Formula: y = x
    Source: Srivastava et al. 2014; torch.nn.Dropout
    Example:
        input x: float32[N, 128]
        y = x -> dropout(0.1)
    """

    name: ClassVar[str] = "dropout"

    p: float = attribute(PROBABILITY, "probability of an element to be zeroed in training", default=0.5)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Nothing."""
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """No operator: the result is the input."""
        return (site.inputs[0],)
