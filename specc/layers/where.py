"""Choice between two tensors, element by element."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import layer
from specc.layers.common.broadcasting import broadcast
from specc.layers.common.element_types import BOOLEANS, CHOSEN
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Where(Operation):
    """Elements of one tensor where a condition holds, and of another where it does not; shapes are broadcast.

    Formula: y = a if condition else b
    Source: torch.where; ONNX Where
    Example:
        input x: float32[N, 8]
        y = where(x > 0, x, 0.1 * x)
    """

    name: ClassVar[str] = "where"
    ports: ClassVar[tuple[Port, ...]] = (Port("condition", doc="bool"), Port("a"), Port("b"))
    literals: ClassVar[bool] = True

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The common shape, with the element type of the two sides."""
        BOOLEANS.need(self.name, inputs[0])
        CHOSEN.need_one(self.name, Arguments(self.ports, (None, *inputs.items[1:])))
        return (TensorType(inputs[1].dtype, broadcast(self.name, inputs)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element of the result."""
        return Cost(0, outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Where; of bools, for which it has no kernel, And and Or."""
        condition, a, b = site.inputs[0], site.inputs[1], site.inputs[2]
        if site.outputs[0].dtype is not DType.BOOL:
            return (build.op("Where", condition, a, b),)
        return (build.op("Or", build.op("And", condition, a), build.op("And", build.op("Not", condition), b)),)
