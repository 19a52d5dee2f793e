"""Elements along an axis, picked for each place by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Elements, Port
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.axes import need_same_rank
from specc.layers.common.broadcasting import broadcast
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import INDICES
from specc.layers.common.indices import need_inside
from specc.layers.common.movement import Movement
from specc.layers.common.stretching import stretched
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@layer
class TakeAlongDim(Movement):
    """Elements along an axis, picked by a tensor that has an index for each place of the result; the other axes are
    broadcast. An index outside the axis fails when the model runs.

    Formula: y[i, j, k] = x[i, indices[i, j, k], k] for axis 1
    Source: torch.take_along_dim, torch.gather, numpy.take_along_axis; ONNX Expand, GatherElements
    Example:
        input scores: float32[N, T]
        input picks: int64[N, K]
        y = take_along_dim(scores, picks, axis=1)
    """

    name: ClassVar[str] = "take_along_dim"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input"),
        Port("indices", doc="int64 or int32, as many dims as the input; negative from the end", index=True),
    )
    literals: ClassVar[bool] = True

    axis: int = attribute(INT, "axis that the indices count along", default=-1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The common shape, along the axis that of the indices."""
        INDICES.need(self.name, inputs[1], 1)
        need_same_rank(self.name, inputs)
        axis = need_axis(self.name, inputs[0], self.axis)
        return (inputs[0].with_shape(self._shape(inputs, axis, inputs[1].shape[axis])),)

    def _shape(self, inputs: Arguments[TensorType], axis: int, size: Dim) -> tuple[Dim, ...]:
        """The common shape of all axes but one, which has `size` elements."""
        single = (t.with_shape((*t.shape[:axis], 1, *t.shape[axis + 1 :])) for t in inputs)
        shape = broadcast(self.name, Arguments(self.ports, tuple(single)))
        return (*shape[:axis], size, *shape[axis + 1 :])

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Indices that are written down lie inside the axis."""
        need_inside(inputs[0], need_axis(self.name, inputs[0], self.axis), known.get(1))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX GatherElements, after Expand where shapes are broadcast."""
        axis = need_axis(self.name, site.types[0], self.axis)
        wide = [self._shape(site.types, axis, type_.shape[axis]) for type_ in site.types]
        parts = [
            stretched(build, name, type_.shape, shape, type_.dtype)
            for name, type_, shape in zip(site.inputs, site.types, wide, strict=True)
        ]
        return (build.op("GatherElements", *parts, axis=axis),)
