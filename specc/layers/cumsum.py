"""Running sum along an axis."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import WIDE
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Cumsum(Operation):
    """Running sum along an axis, the element itself included.

    Formula: y[i] = x[0] + ... + x[i]
    Source: torch.cumsum; ONNX CumSum
    Example:
        input x: float32[N, T]
        y = x -> cumsum(1)
    """

    name: ClassVar[str] = "cumsum"

    axis: int = attribute(INT, "axis to sum along", default=-1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        WIDE.need(self.name, inputs[0])
        need_axis(self.name, inputs[0], self.axis)
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element."""
        return Cost(0, inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX CumSum."""
        axis = need_axis(self.name, site.types[0], self.axis)
        return (build.op("CumSum", site.inputs[0], build.scalar(axis, DType.INT64)),)
