"""Axes in another order."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import INT, attribute, layer, several
from specc.layers.common.errors_movement import NotAPermutation
from specc.layers.common.movement import Rearrangement
from specc.tensor.types import TensorType


@layer
class Transpose(Rearrangement):
    """The axes in another order: axis `i` of the result is axis `permutation[i]` of the input.

    Formula: y[i, j, k] = x[i, k, j] for the permutation [0, 2, 1]
    Source: torch.permute; numpy.transpose; ONNX Transpose
    Example:
        input x: float32[N, T, 64]
        y = x -> transpose([0, 2, 1])
    """

    name: ClassVar[str] = "transpose"

    permutation: tuple[int, ...] = attribute(several(INT), "axes of the input, in the order of the result")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The dims in the new order."""
        tensor = inputs[0]
        rank = tensor.rank
        inside = all(-rank <= axis < rank for axis in self.permutation)
        if not inside or sorted(axis % rank for axis in self.permutation) != list(range(rank)):
            raise Rejected(NotAPermutation(self.permutation, tensor), Blame(0))
        return (tensor.with_shape(tuple(tensor.shape[axis] for axis in self.permutation)),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Transpose."""
        rank = site.types[0].rank
        return (build.op("Transpose", site.inputs[0], perm=tuple(axis % rank for axis in self.permutation)),)
