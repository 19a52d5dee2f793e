"""Sliding windows of a signal."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Port, Rejected
from specc.layers.arange import counted
from specc.layers.common.attributes import INT, POSITIVE, attribute, layer, optional
from specc.layers.common.checks import need_axis
from specc.layers.common.errors_signal import SignalTooShort
from specc.layers.common.movement import Movement
from specc.tensor.dims import Dim, at_least, floordiv
from specc.tensor.types import TensorType


@layer
class Frame(Movement):
    """Windows of `size` elements along an axis, `hop` apart, as a new last axis; what does not fill one is dropped.

    Formula: y[..., i, ..., j] = x[..., i * hop + j, ...]
    Source: torch.Tensor.unfold; librosa.util.frame
    Example:
        input signal: float32[N, 16000]
        y = signal -> frame(400, 160)
    """

    name: ClassVar[str] = "frame"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[..., T]"),)

    size: int = attribute(POSITIVE, "elements of a window")
    hop: int | None = attribute(optional(POSITIVE), "elements from window to window, by default size", default=None)
    axis: int = attribute(INT, "axis that the windows slide along", default=-1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The number of windows along the axis, and `size` at the end."""
        shape = inputs[0].shape
        axis = need_axis(self.name, inputs[0], self.axis)
        if not at_least(shape[axis], self.size):
            raise Rejected(SignalTooShort(self.name, self.size, shape[axis], axis), Blame(0, axis))
        count = floordiv(shape[axis] - self.size, self.hop or self.size) + 1
        return (inputs[0].with_shape((*shape[:axis], count, *shape[axis + 1 :], self.size)),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Gather; Transpose where the axis is not the last one."""
        rank, axis = site.types[0].rank, need_axis(self.name, site.types[0], self.axis)
        places = self._places(build, site.outputs[0].shape[axis])
        windows = build.op("Gather", site.inputs[0], places, axis=axis)
        if axis == rank - 1:
            return (windows,)
        order = (*range(axis + 1), *range(axis + 2, rank + 1), axis + 1)
        return (build.op("Transpose", windows, perm=order),)

    def _places(self, build: Builder, count: Dim) -> str:
        """`i * hop + j`, int64 [count, size]."""
        starts = build.op("Mul", counted(build, count), build.ints(self.hop or self.size))
        return build.op("Add", build.op("Unsqueeze", starts, build.ints(1)), counted(build, self.size))
