"""What gated linear units have in common."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Rejected
from specc.layers.common.attributes import INT, attribute, choice, layer
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import FLOATS, ElementTypes
from specc.layers.common.errors_vision import OddSize
from specc.tensor.dims import exact_quotient
from specc.tensor.types import TensorType


@layer
class Halved(Operation):
    """Base of layers that cut a tensor into two halves, one of which gates the other."""

    element_types: ClassVar[ElementTypes] = FLOATS
    gate_flops: ClassVar[int]

    axis: int = attribute(INT, "axis that is halved", default=-1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input, half as long along the axis."""
        self.element_types.need(self.name, inputs[0])
        axis = need_axis(self.name, inputs[0], self.axis)
        shape = inputs[0].shape
        half = exact_quotient(shape[axis], 2)
        if half is None:
            raise Rejected(OddSize(self.name, shape[axis], axis), Blame(0, axis))
        return (inputs[0].with_shape((*shape[:axis], half, *shape[axis + 1 :])),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """`gate_flops` and the product for each element of the result."""
        return Cost(0, (self.gate_flops + 1) * outputs[0].size)

    def halves(self, build: Builder, site: Site) -> tuple[str, str]:
        """The two halves, by ONNX Split."""
        axis = need_axis(self.name, site.types[0], self.axis)
        sizes = build.shape((site.outputs[0].shape[axis],) * 2)
        first, second = build.ops("Split", (site.inputs[0], sizes), 2, attributes={"axis": axis})
        return first, second


@layer
class Gated(Halved):
    """Base of the variants of Shazeer 2020, in which the half that `gate` names goes through a function."""

    gate: str = attribute(choice("first", "second"), "the half that goes through the function", default="first")

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The function of one half, times the other."""
        first, second = self.halves(build, site)
        gate, value = (first, second) if self.gate == "first" else (second, first)
        return (build.op("Mul", self.opened(build, gate), value),)

    @abstractmethod
    def opened(self, build: Builder, gate: str) -> str:
        """The function of the gate."""
