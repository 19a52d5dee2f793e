"""Each element several times."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments
from specc.layers.common.attributes import DIM, INT, attribute, layer, optional
from specc.layers.common.axes import need_sizes
from specc.layers.common.checks import need_axis
from specc.layers.common.movement import Rearrangement
from specc.layers.common.stretching import stretched
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@layer
class RepeatInterleave(Rearrangement):
    """Each element along an axis several times, one after another; without an axis those of the flat tensor.

    Formula: y[i] = x[i // repeats]
    Source: torch.repeat_interleave; ONNX Unsqueeze, Expand, Reshape
    Example:
        input keys: float32[N, 8, T, 64]
        y = keys -> repeat_interleave(4, axis=1)
    """

    name: ClassVar[str] = "repeat_interleave"

    repeats: Dim = attribute(DIM, "how often each element comes")
    axis: int | None = attribute(optional(INT), "axis to repeat along, none for the flat tensor", default=None)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input with the size of the axis multiplied."""
        need_sizes(self.name, (self.repeats,))
        shape, axis = self._flat(inputs[0])
        return (inputs[0].with_shape((*shape[:axis], shape[axis] * self.repeats, *shape[axis + 1 :])),)

    def _flat(self, tensor: TensorType) -> tuple[tuple[Dim, ...], int]:
        """The shape that is repeated, and its axis."""
        if self.axis is None:
            return (tensor.size,), 0
        return tensor.shape, need_axis(self.name, tensor, self.axis)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Expand of a new axis behind the one that is repeated, and Reshape."""
        shape, axis = self._flat(site.types[0])
        split = (*shape[: axis + 1], 1, *shape[axis + 1 :])
        wide = (*shape[: axis + 1], self.repeats, *shape[axis + 1 :])
        if self.axis is None:
            apart = build.op("Reshape", site.inputs[0], build.ints(-1, 1))
        else:
            apart = build.op("Unsqueeze", site.inputs[0], build.ints(axis + 1))
        repeated = stretched(build, apart, split, wide, site.types[0].dtype)
        return (build.reshape(repeated, wide, site.outputs[0].shape),)
