"""Diagonals of matrices."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.axes import need_axes
from specc.layers.common.checks import need_axis
from specc.layers.common.movement import Rearrangement
from specc.tensor.dims import Dim, maximum, minimum
from specc.tensor.types import TensorType


@layer
class Diagonal(Rearrangement):
    """A diagonal of the matrices that two axes hold, as the last axis of the result.

    Formula: y[..., i] = x[i, i + offset] for the axes of rows and columns; x[i - offset, i] for a negative offset
    Source: torch.diagonal; ONNX Transpose, Reshape, Slice
    Example:
        input x: float32[N, T, T]
        y = x -> diagonal(axis1=1, axis2=2)
    """

    name: ClassVar[str] = "diagonal"

    offset: int = attribute(INT, "how far the diagonal lies above the main one", default=0)
    axis1: int = attribute(INT, "axis of the rows", default=0)
    axis2: int = attribute(INT, "axis of the columns", default=1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The other axes, and the length of the diagonal."""
        tensor = inputs[0]
        need_axes(self.name, tensor, (self.axis1, self.axis2))
        kept, rows, columns = self._parts(tensor)
        length = minimum(rows + min(self.offset, 0), columns - max(self.offset, 0))
        return (tensor.with_shape((*(tensor.shape[axis] for axis in kept), maximum(length, 0))),)

    def _parts(self, tensor: TensorType) -> tuple[tuple[int, ...], Dim, Dim]:
        """The other axes, and the sizes of the matrices."""
        pair = need_axis(self.name, tensor, self.axis1), need_axis(self.name, tensor, self.axis2)
        kept = tuple(axis for axis in range(tensor.rank) if axis not in pair)
        return kept, tensor.shape[pair[0]], tensor.shape[pair[1]]

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Slice of the flat matrices, with a step of one row and one column."""
        type_ = site.types[0]
        kept, rows, columns = self._parts(type_)
        order = (*kept, self.axis1 % type_.rank, self.axis2 % type_.rank)
        apart = (
            site.inputs[0] if order == tuple(range(type_.rank)) else build.op("Transpose", site.inputs[0], perm=order)
        )
        others = tuple(type_.shape[axis] for axis in kept)
        flat = build.reshape(apart, (*others, rows, columns), (*others, rows * columns))
        start = self.offset if self.offset >= 0 else -self.offset * columns
        step = columns + 1
        bounds = (start, start + site.outputs[0].shape[-1] * step)
        along = build.ints(type_.rank - 2)
        return (build.op("Slice", flat, build.dim(bounds[0]), build.dim(bounds[1]), along, build.dim(step)),)
