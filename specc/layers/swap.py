"""Two axes exchanged."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.checks import need_axis
from specc.layers.common.movement import Rearrangement
from specc.tensor.types import TensorType


@layer
class Swap(Rearrangement):
    """Two axes exchanged.

    Formula: y[..., i, ..., j, ...] = x[..., j, ..., i, ...]
    Source: torch.transpose; numpy.swapaxes; ONNX Transpose
    Example:
        input x: float32[N, T, 64]
        y = x -> swap(1, 2)
    """

    name: ClassVar[str] = "swap"

    a: int = attribute(INT, "one axis", default=-1)
    b: int = attribute(INT, "the other axis", default=-2)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The dims, two of them exchanged."""
        return (inputs[0].with_shape(tuple(inputs[0].shape[axis] for axis in self._permutation(inputs[0]))),)

    def _permutation(self, tensor: TensorType) -> tuple[int, ...]:
        a, b = need_axis(self.name, tensor, self.a), need_axis(self.name, tensor, self.b)
        return tuple({a: b, b: a}.get(axis, axis) for axis in range(tensor.rank))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Transpose."""
        return (build.op("Transpose", site.inputs[0], perm=self._permutation(site.types[0])),)
