"""The largest elements."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Rejected
from specc.layers.common.attributes import BOOL, DIM, INT, attribute, layer
from specc.layers.common.axes import need_sizes
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import ORDERED
from specc.layers.common.errors_selection import TooManyPicked
from specc.layers.common.ordering import ordered
from specc.tensor.dims import Dim, at_least
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Topk(Operation):
    """The `k` largest elements along an axis, the largest first, and their indices as int64; of equal elements those
    that come first. Where there is a NaN the order is not defined.

    Formula: y[0] >= y[1] >= ..., with y[i] = x[indices[i]]
    Source: torch.topk; ONNX TopK
    Example:
        input logits: float32[N, 1000]
        values, indices = topk(logits, 5)
    """

    name: ClassVar[str] = "topk"

    k: Dim = attribute(DIM, "number of elements")
    axis: int = attribute(INT, "axis to search", default=-1)
    largest: bool = attribute(BOOL, "whether the largest are wanted, not the smallest", default=True)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input with k elements along the axis, and that shape as int64."""
        tensor = inputs[0]
        ORDERED.need(self.name, tensor)
        axis = need_axis(self.name, tensor, self.axis)
        need_sizes(self.name, (self.k,))
        if not at_least(tensor.shape[axis], self.k):
            raise Rejected(TooManyPicked(self.k, tensor.shape[axis], axis), Blame(0, axis))
        values = tensor.with_shape((*tensor.shape[:axis], self.k, *tensor.shape[axis + 1 :]))
        return (values, values.with_dtype(DType.INT64))

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element of the input."""
        return Cost(0, inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX TopK."""
        return ordered(build, site.inputs[0], need_axis(self.name, site.types[0], self.axis), self.k, self.largest)
