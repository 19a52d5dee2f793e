"""What layers along one axis have in common whose result is of the type of the input."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import FLOATS, ElementTypes
from specc.tensor.types import TensorType


@layer
class AlongAxis(Operation):
    """Base of layers that compute each element from those along one axis; `nonempty` ones need an element there."""

    element_types: ClassVar[ElementTypes] = FLOATS
    flops_per_element: ClassVar[int] = 1
    nonempty: ClassVar[bool] = False

    axis: int = attribute(INT, "axis to work along", default=-1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        self.element_types.need(self.name, inputs[0])
        axis = need_axis(self.name, inputs[0], self.axis)
        if self.nonempty:
            need_some(self.name, inputs[0], (axis,))
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """`flops_per_element` for each element."""
        return Cost(0, self.flops_per_element * inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The operators of `emit`."""
        axis = need_axis(self.name, site.types[0], self.axis)
        return (self.emit(build, site.inputs[0], site.types[0], axis),)

    @abstractmethod
    def emit(self, build: Builder, tensor: str, type_: TensorType, axis: int) -> str:
        """Operators on one tensor, `axis` counted from 0; the name of the result."""
