"""Slices picked by a tensor of indices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Elements, Port
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import INDICES
from specc.layers.common.indices import need_inside
from specc.layers.common.movement import Movement
from specc.tensor.types import TensorType


@layer
class Gather(Movement):
    """Slices along an axis, picked by a tensor of indices; an index outside the axis fails when the model runs.

    Formula: y[i, j, k] = x[i, indices[j], k] for axis 1
    Source: numpy.take; ONNX Gather
    Example:
        input x: float32[N, 100, 64]
        input picks: int64[K]
        y = gather(x, picks, axis=1)
    """

    name: ClassVar[str] = "gather"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input"),
        Port("indices", doc="int64 or int32; negative from the end", index=True),
    )
    literals: ClassVar[bool] = True

    axis: int = attribute(INT, "axis that the indices count along", default=0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input with the shape of the indices in place of the axis."""
        INDICES.need(self.name, inputs[1], 1)
        axis = need_axis(self.name, inputs[0], self.axis)
        shape = inputs[0].shape
        return (inputs[0].with_shape((*shape[:axis], *inputs[1].shape, *shape[axis + 1 :])),)

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Indices that are written down lie inside the axis."""
        need_inside(inputs[0], need_axis(self.name, inputs[0], self.axis), known.get(1))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Gather."""
        axis = need_axis(self.name, site.types[0], self.axis)
        return (build.op("Gather", site.inputs[0], site.inputs[1], axis=axis),)
