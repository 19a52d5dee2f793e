"""What reductions along axes have in common."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation
from specc.layers.common.attributes import BOOL, INT, attribute, layer, optional, several
from specc.layers.common.axes import need_axes, need_some
from specc.layers.common.element_types import WIDE, ElementTypes
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


def reduced(shape: tuple[Dim, ...], axes: tuple[int, ...], keepdims: bool) -> tuple[Dim, ...]:
    """`shape` with `axes` removed, or brought to 1."""
    if keepdims:
        return tuple(1 if axis in axes else dim for axis, dim in enumerate(shape))
    return tuple(dim for axis, dim in enumerate(shape) if axis not in axes)


@layer
class Reduction(Operation):
    """Base of layers that reduce a tensor along axes; `nonempty` ones need an element along each of them.

    `result` is the element type of the result, by default that of the input.
    """

    operator: ClassVar[str]
    takes: ClassVar[ElementTypes] = WIDE
    nonempty: ClassVar[bool] = False
    result: ClassVar[DType | None] = None
    flops_per_element: ClassVar[int] = 1

    axes: tuple[int, ...] | None = attribute(optional(several(INT)), "axes to reduce, all by default", default=None)
    keepdims: bool = attribute(BOOL, "whether the axes stay, with size 1", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input without the axes."""
        tensor = inputs[0]
        self.takes.need(self.name, tensor)
        axes = need_axes(self.name, tensor, self.axes)
        if self.nonempty:
            need_some(self.name, tensor, axes)
        return (TensorType(self.result or tensor.dtype, reduced(tensor.shape, axes, self.keepdims)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """`flops_per_element` for each element of the input."""
        return Cost(0, self.flops_per_element * inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The operators of `emit`."""
        axes = need_axes(self.name, site.types[0], self.axes)
        return (self.emit(build, site.inputs[0], site.types[0], axes),)

    def emit(self, build: Builder, tensor: str, type_: TensorType, axes: tuple[int, ...]) -> str:
        """One ONNX operator; `axes` are counted from 0."""
        return self.fold(build, self.operator, tensor, axes)

    def fold(self, build: Builder, operator: str, tensor: str, axes: tuple[int, ...]) -> str:
        """`tensor` reduced by an ONNX operator, or itself where there is no axis."""
        if not axes:
            return tensor
        return build.op(operator, tensor, build.ints(*axes), keepdims=int(self.keepdims))
