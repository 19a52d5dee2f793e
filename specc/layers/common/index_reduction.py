"""What searches for the index of an element have in common."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.ir.operators import Attribute
from specc.layers.common.attributes import BOOL, INT, attribute, layer
from specc.layers.common.axes import need_some
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import RANKED
from specc.layers.common.reduction import reduced
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

_SEARCHED = (DType.FLOAT32, DType.FLOAT16, DType.FLOAT64)
"""Element types for which devices have the operator."""


@layer
class IndexReduction(Operation):
    """Base of layers that give the index of one element along an axis."""

    operator: ClassVar[str]

    axis: int = attribute(INT, "axis to search", default=-1)
    keepdims: bool = attribute(BOOL, "whether the axis stays, with size 1", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input without the axis, int64."""
        tensor = inputs[0]
        RANKED.need(self.name, tensor)
        axis = need_axis(self.name, tensor, self.axis)
        need_some(self.name, tensor, (axis,))
        return (TensorType(DType.INT64, reduced(tensor.shape, (axis,), self.keepdims)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element of the input."""
        return Cost(0, inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """One ONNX operator."""
        axis = need_axis(self.name, site.types[0], self.axis)
        if build.root().apart and site.types[0].dtype not in _SEARCHED:
            return (self._first(build, site, axis),)
        return (build.op(self.operator, site.inputs[0], axis=axis, keepdims=int(self.keepdims)),)

    def _first(self, build: Builder, site: Site, axis: int) -> str:
        """ONNX TopK, which has kernels for more types on devices; of equal elements the first comes first."""
        largest = int(self.operator == "ArgMax")
        options: dict[str, Attribute] = {"axis": axis, "largest": largest, "sorted": 1}
        _, places = build.ops("TopK", (site.inputs[0], build.ints(1)), 2, attributes=options)
        return places if self.keepdims else build.op("Squeeze", places, build.ints(axis))
