"""New axes of size 1."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments
from specc.layers.common.attributes import INT, attribute, layer, several
from specc.layers.common.axes import need_new_axes
from specc.layers.common.movement import Rearrangement
from specc.tensor.types import TensorType


@layer
class Unsqueeze(Rearrangement):
    """New axes of size 1, at the places that `axes` name in the result.

    Formula: y[i, 0, j] = x[i, j] for axis 1
    Source: torch.unsqueeze; ONNX Unsqueeze
    Example:
        input x: float32[N, 28]
        y = x -> unsqueeze(1)
    """

    name: ClassVar[str] = "unsqueeze"

    axes: tuple[int, ...] = attribute(several(INT), "the new axes, in the result")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input with dims of 1."""
        axes = need_new_axes(self.name, inputs[0], self.axes)
        old = iter(inputs[0].shape)
        return (inputs[0].with_shape(tuple(1 if a in axes else next(old) for a in range(inputs[0].rank + len(axes)))),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Unsqueeze."""
        axes = need_new_axes(self.name, site.types[0], self.axes)
        return (build.op("Unsqueeze", site.inputs[0], build.ints(*axes)) if axes else site.inputs[0],)
