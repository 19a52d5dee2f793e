"""Elements moved round an axis."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import DIM, INT, attribute, layer, optional, several
from specc.layers.common.axes import need_axes, need_some
from specc.layers.common.checks import need_axis
from specc.layers.common.errors_selection import ShiftsDoNotFit
from specc.layers.common.movement import Rearrangement
from specc.tensor.dims import Dim, floordiv
from specc.tensor.types import TensorType


@layer
class Roll(Rearrangement):
    """Elements moved towards the end of an axis by a number of places; those that leave it come in at the start.
    Without axes the tensor is taken as flat, and keeps its shape.

    Formula: y[(i + shift) mod size] = x[i]
    Source: torch.roll; ONNX Slice, Concat
    Example:
        input x: float32[N, 56, 56, 96]
        y = x -> roll([-3, -3], axes=[1, 2])
    """

    name: ClassVar[str] = "roll"

    shifts: tuple[Dim, ...] = attribute(several(DIM), "places, negative towards the start")
    axes: tuple[int, ...] | None = attribute(optional(several(INT)), "an axis for each shift", default=None)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        tensor = inputs[0]
        axes = need_axes(self.name, tensor, self.axes)
        wanted = 1 if self.axes is None else len(axes)
        if len(self.shifts) != wanted:
            raise Rejected(ShiftsDoNotFit(len(self.shifts), wanted), Blame(0))
        need_some(self.name, tensor, axes)
        return (tensor,)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Slice of the two parts of each axis, and Concat."""
        type_, tensor = site.types[0], site.inputs[0]
        if self.axes is not None:
            for axis, shift in zip(self.axes, self.shifts, strict=True):
                counted = need_axis(self.name, type_, axis)
                tensor = _rolled(build, tensor, shift, type_.shape[counted], counted)
            return (tensor,)
        flat = _rolled(build, build.op("Reshape", tensor, build.ints(-1)), self.shifts[0], type_.size, 0)
        return (build.op("Reshape", flat, build.shape(type_.shape)),)


def _rolled(build: Builder, tensor: str, shift: Dim, size: Dim, axis: int) -> str:
    cut = -shift - size * floordiv(-shift, size)
    if cut == 0:
        return tensor
    zero, middle, end, along = build.ints(0), build.dim(cut), build.dim(size), build.ints(axis)
    front = build.op("Slice", tensor, zero, middle, along)
    return build.op("Concat", build.op("Slice", tensor, middle, end, along), front, axis=axis)
