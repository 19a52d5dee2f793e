"""Dims of size 1 repeated."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import DIM, attribute, layer, several
from specc.layers.common.axes import need_sizes
from specc.layers.common.errors_movement import CannotExpand
from specc.layers.common.movement import Rearrangement
from specc.layers.common.stretching import stretched
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@layer
class Expand(Rearrangement):
    """Dims of size 1 repeated to a shape, and new axes put in front; -1 keeps a dim.

    Formula: y[i, j] = x[i, 0] for a dim of 1
    Source: torch.Tensor.expand; ONNX Expand
    Example:
        input x: float32[N, T, 64]
        param token: float32[1, 1, 64]
        y = concat(token -> expand([N, 1, 64]), x, axis=1)
    """

    name: ClassVar[str] = "expand"

    shape: tuple[Dim, ...] = attribute(several(DIM), "sizes of the result; -1 keeps a dim")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The new shape."""
        tensor = inputs[0]
        front = len(self.shape) - tensor.rank
        pairs = zip(self.shape[max(front, 0) :], tensor.shape, strict=False)
        fits = front >= 0 and -1 not in self.shape[:front]
        if not fits or any(wanted not in (-1, given) and given != 1 for wanted, given in pairs):
            raise Rejected(CannotExpand(tensor, self.shape), Blame(0))
        kept = (*self.shape[:front], *tensor.shape)
        shape = tuple(given if wanted == -1 else wanted for wanted, given in zip(self.shape, kept, strict=True))
        need_sizes(self.name, shape)
        return (tensor.with_shape(shape),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Expand."""
        return (stretched(build, site.inputs[0], site.types[0].shape, site.outputs[0].shape, site.types[0].dtype),)
