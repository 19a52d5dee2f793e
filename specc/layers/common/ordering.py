"""Elements put in order along an axis."""

from __future__ import annotations

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.ir.operators import Attribute
from specc.layers.common.attributes import BOOL, INT, attribute, layer
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import ORDERED
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Ordering(Operation):
    """Base of layers that put the elements along an axis in order; equal ones keep theirs."""

    axis: int = attribute(INT, "axis along which they are put in order", default=-1)
    descending: bool = attribute(BOOL, "whether the largest come first", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input, and its shape as int64."""
        ORDERED.need(self.name, inputs[0])
        need_axis(self.name, inputs[0], self.axis)
        return (inputs[0], inputs[0].with_dtype(DType.INT64))

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element."""
        return Cost(0, inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX TopK of all elements."""
        axis = need_axis(self.name, site.types[0], self.axis)
        return ordered(build, site.inputs[0], axis, site.types[0].shape[axis], self.descending)


def ordered(build: Builder, tensor: str, axis: int, count: Dim, largest: bool) -> tuple[str, ...]:
    """The `count` largest or smallest elements in order, and their indices."""
    options: dict[str, Attribute] = {"axis": axis, "largest": int(largest), "sorted": 1}
    return build.ops("TopK", (tensor, build.dim(count)), 2, attributes=options)
