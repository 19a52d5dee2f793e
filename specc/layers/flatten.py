"""Several axes as one."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.checks import need_axis, need_rank
from specc.layers.common.errors_movement import AxesReversed
from specc.layers.common.movement import Rearrangement
from specc.tensor.dims import product
from specc.tensor.types import TensorType


@layer
class Flatten(Rearrangement):
    """The axes from `start` to `end`, both included, as one.

    Formula: y[n, i] = x[n, a, b, ...], i the index of (a, b, ...) in row-major order
    Source: torch.nn.Flatten; ONNX Reshape
    Example:
        input x: float32[N, 16, 5, 5]
        y = x -> flatten
    """

    name: ClassVar[str] = "flatten"

    start: int = attribute(INT, "first axis", default=1)
    end: int = attribute(INT, "last axis", default=-1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The sizes multiplied."""
        tensor = inputs[0]
        need_rank(self.name, tensor, 1, 16, "[N, ...]")
        start, end = need_axis(self.name, tensor, self.start), need_axis(self.name, tensor, self.end)
        if start > end:
            raise Rejected(AxesReversed(self.start, self.end, tensor), Blame(0))
        shape = tensor.shape
        return (tensor.with_shape((*shape[:start], product(shape[start : end + 1]), *shape[end + 1 :])),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Reshape."""
        before, after = site.types[0].shape, site.outputs[0].shape
        return (site.inputs[0] if before == after else build.reshape(site.inputs[0], before, after),)
