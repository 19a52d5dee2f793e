"""Vectors brought to length 1."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.attributes import INT, POSITIVE_NUMBER, attribute, layer
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import FLOATS
from specc.layers.common.norms import ORDER, p_norm
from specc.tensor.types import TensorType


@layer
class Normalize(Operation):
    """Division by the norm along an axis, or by `eps` where that is larger.

    Formula: y = x / max((sum of |x|^p)^(1 / p), eps)
    Source: torch.nn.functional.normalize; ONNX ReduceL2, Max, Div
    Example:
        input x: float32[N, 128]
        y = x -> normalize
    """

    name: ClassVar[str] = "normalize"

    p: float = attribute(ORDER, "exponent of the norm", default=2.0)
    axis: int = attribute(INT, "axis of the vectors", default=1)
    eps: float = attribute(POSITIVE_NUMBER, "smallest divisor", default=1e-12)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        FLOATS.need(self.name, inputs[0])
        need_some(self.name, inputs[0], (need_axis(self.name, inputs[0], self.axis),))
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element three: power, sum, quotient."""
        return Cost(0, 3 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The norm, Max, Div."""
        type_ = site.types[0]
        axis = need_axis(self.name, type_, self.axis)
        norm = p_norm(build, site.inputs[0], (axis,), self.p, type_.dtype, True)
        return (build.op("Div", site.inputs[0], build.op("Max", norm, build.scalar(self.eps, type_.dtype))),)
