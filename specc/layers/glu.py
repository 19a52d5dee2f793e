"""Gated linear unit."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Rejected
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.checks import need_axis, need_float
from specc.layers.common.errors_vision import OddSize
from specc.tensor.dims import exact_quotient
from specc.tensor.types import TensorType


@layer
class Glu(Operation):
    """Gated linear unit: the first half along an axis, gated by the second.

    Formula: y = a * sigmoid(b), with a and b the halves of x
    Source: Dauphin et al. 2016; torch.nn.GLU; ONNX Split, Sigmoid, Mul
    Example:
        input x: float32[N, 16]
        y = x -> glu
    """

    name: ClassVar[str] = "glu"

    axis: int = attribute(INT, "axis that is halved", default=-1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input, half as long along the axis."""
        need_float(self.name, inputs)
        axis = need_axis(self.name, inputs[0], self.axis)
        shape = inputs[0].shape
        half = exact_quotient(shape[axis], 2)
        if half is None:
            raise Rejected(OddSize(self.name, shape[axis], axis), Blame(0, axis))
        return (inputs[0].with_shape((*shape[:axis], half, *shape[axis + 1 :])),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Four for each element of the result: three for the sigmoid, one for the product."""
        return Cost(0, 4 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Split, Sigmoid and Mul."""
        axis = need_axis(self.name, site.types[0], self.axis)
        half = build.shape((site.outputs[0].shape[axis],) * 2)
        value, gate = build.ops("Split", (site.inputs[0], half), 2, attributes={"axis": axis})
        return (build.op("Mul", value, build.op("Sigmoid", gate)),)
