"""Stochastic depth, which does nothing in inference."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.attributes import PROBABILITY, attribute, choice, layer
from specc.tensor.types import TensorType


@layer
class StochasticDepth(Operation):
    """Stochastic depth ("drop path"): zeroes the branch of a residual sum at random while a model is trained, and does
    nothing in inference.

    Formula: y = x
    Source: Huang et al. 2016 (arXiv:1603.09382); torchvision.ops.StochasticDepth
    Example:
        input x: float32[N, 64, 14, 14]
        y = x + (x -> conv(64, 3, padding=1) -> stochastic_depth(0.1))
    """

    name: ClassVar[str] = "stochastic_depth"

    p: float = attribute(PROBABILITY, "probability of the branch to be zeroed in training")
    mode: str = attribute(choice("row", "batch"), "whether each example or the whole batch is zeroed", default="row")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Nothing."""
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """No operator: the result is the input."""
        return (site.inputs[0],)
