"""What reductions along axes have in common."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.attributes import BOOL, INT, attribute, layer, optional, several
from specc.layers.common.axes import need_axes, need_some
from specc.layers.common.element_types import WIDE, ElementTypes
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


def reduced(shape: tuple[Dim, ...], axes: tuple[int, ...], keepdims: bool) -> tuple[Dim, ...]:
    """`shape` with `axes` removed, or brought to 1."""
    if keepdims:
        return tuple(1 if axis in axes else dim for axis, dim in enumerate(shape))
    return tuple(dim for axis, dim in enumerate(shape) if axis not in axes)


@layer
class Reduction(Operation):
    """Base of layers that reduce a tensor along axes; `nonempty` ones need an element along each of them."""

    operator: ClassVar[str]
    takes: ClassVar[ElementTypes] = WIDE
    nonempty: ClassVar[bool] = False

    axes: tuple[int, ...] | None = attribute(optional(several(INT)), "axes to reduce, all by default", default=None)
    keepdims: bool = attribute(BOOL, "whether the axes stay, with size 1", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input without the axes."""
        tensor = inputs[0]
        self.takes.need(self.name, tensor)
        axes = need_axes(self.name, tensor, self.axes)
        if self.nonempty:
            need_some(self.name, tensor, axes)
        return (tensor.with_shape(reduced(tensor.shape, axes, self.keepdims)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element of the input."""
        return Cost(0, inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """One ONNX operator."""
        axes = need_axes(self.name, site.types[0], self.axes)
        if not axes:
            return (site.inputs[0],)
        return (build.op(self.operator, site.inputs[0], build.ints(*axes), keepdims=int(self.keepdims)),)
