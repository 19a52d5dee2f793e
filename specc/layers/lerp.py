"""Linear interpolation between two tensors."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import layer
from specc.layers.common.broadcasting import broadcast
from specc.layers.common.element_types import FLOATS
from specc.tensor.types import TensorType


@layer
class Lerp(Operation):
    """Linear interpolation between two tensors; shapes are broadcast.

    Formula: y = start + weight * (end - start) where weight < 1 / 2, else end - (1 - weight) * (end - start)
    Source: torch.lerp; ONNX Sub, Mul, Add, Where
    Example:
        input a: float32[N, 8]
        input b: float32[N, 8]
        y = lerp(a, b, 0.9)
    """

    name: ClassVar[str] = "lerp"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("start", doc="what 0 stands for"),
        Port("end", doc="what 1 stands for"),
        Port("weight", doc="a tensor or a number"),
    )
    literals: ClassVar[bool] = True

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The common shape."""
        FLOATS.need_one(self.name, inputs)
        return (TensorType(inputs[0].dtype, broadcast(self.name, inputs)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Three for each element of the result."""
        return Cost(0, 3 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """From the nearer end, so that 0 and 1 give the ends themselves."""
        start, end, weight = site.inputs[0], site.inputs[1], site.inputs[2]
        dtype = site.outputs[0].dtype
        way = build.op("Sub", end, start)
        onward = build.op("Add", start, build.op("Mul", weight, way))
        left = build.op("Sub", build.scalar(1.0, dtype), weight)
        back = build.op("Sub", end, build.op("Mul", left, way))
        return (build.op("Where", build.op("Less", weight, build.scalar(0.5, dtype)), onward, back),)
