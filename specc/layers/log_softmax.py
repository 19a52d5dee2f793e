"""Logarithm of the softmax."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.checks import need_axis, need_float
from specc.tensor.types import TensorType


@layer
class LogSoftmax(Operation):
    """Logarithm of the softmax along one axis.

    Formula: y = x - max(x) - log(sum(exp(x - max(x)))), maximum and sum along the axis
    Source: torch.nn.LogSoftmax; ONNX LogSoftmax
    Example:
        input logits: float32[N, 10]
        y = logits -> log_softmax
    """

    name: ClassVar[str] = "log_softmax"

    axis: int = attribute(INT, "axis whose exponentials sum to one", default=-1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        need_float(self.name, inputs)
        need_axis(self.name, inputs[0], self.axis)
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Five for each element: maximum, difference, exponential, sum, difference."""
        return Cost(0, 5 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX LogSoftmax."""
        return (build.op("LogSoftmax", site.inputs[0], axis=need_axis(self.name, site.types[0], self.axis)),)
