"""Axes of size 1 dropped."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import INT, attribute, layer, several
from specc.layers.common.axes import need_axes
from specc.layers.common.errors_movement import NotOne
from specc.layers.common.movement import Rearrangement
from specc.layers.common.reduction import reduced
from specc.tensor.types import TensorType


@layer
class Squeeze(Rearrangement):
    """Axes of size 1 dropped.

    Formula: y[i, j] = x[i, 0, j] for axis 1
    Source: torch.squeeze; ONNX Squeeze
    Example:
        input x: float32[N, 1, 28]
        y = x -> squeeze(1)
    """

    name: ClassVar[str] = "squeeze"

    axes: tuple[int, ...] = attribute(several(INT), "axes to drop")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input without the axes."""
        axes = need_axes(self.name, inputs[0], self.axes)
        for axis in axes:
            if inputs[0].shape[axis] != 1:
                raise Rejected(NotOne(axis, inputs[0].shape[axis]), Blame(0, axis))
        return (inputs[0].with_shape(reduced(inputs[0].shape, axes, False)),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Squeeze."""
        axes = need_axes(self.name, site.types[0], self.axes)
        return (build.op("Squeeze", site.inputs[0], build.ints(*axes)) if axes else site.inputs[0],)
