"""Numbers kept within bounds."""

from __future__ import annotations

from math import ceil, floor, inf
from typing import ClassVar

from specc.ir.builder import Builder
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import FLOAT, attribute, layer, optional
from specc.layers.common.element_types import CLAMPED, ElementTypes, whole_range
from specc.layers.common.errors_tensor import BoundsReversed
from specc.layers.common.unary import Unary
from specc.tensor.types import TensorType


@layer
class Clamp(Unary):
    """Each element brought within bounds; for integers the bounds are rounded inwards.

    Formula: y = min(max(x, min), max)
    Source: torch.clamp; ONNX Clip
    Example:
        input x: float32[N, 8]
        y = x -> clamp(0, 6)
    """

    name: ClassVar[str] = "clamp"
    operator: ClassVar[str] = "Clip"
    takes: ClassVar[ElementTypes] = CLAMPED

    min: float | None = attribute(optional(FLOAT), "lower bound", default=None)
    max: float | None = attribute(optional(FLOAT), "upper bound", default=None)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        CLAMPED.need(self.name, inputs[0])
        low, high = self._bounds(inputs[0])
        if (low is None and high is None) or (low is not None and high is not None and low > high):
            raise Rejected(BoundsReversed(self.min, self.max), Blame(0))
        return (inputs[0],)

    def _bounds(self, tensor: TensorType) -> tuple[float | None, float | None]:
        """The bounds as numbers of the tensor's element type."""
        if tensor.dtype.is_float:
            return self.min, self.max
        least, most = whole_range(tensor.dtype)
        low = None if self.min is None else min(most, max(least, ceil(self.min)))
        high = None if self.max is None else min(most, max(least, floor(self.max)))
        return low, high

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Clip; floating point has infinite bounds in place of missing ones, which would stop infinity."""
        low, high = self._bounds(type_)
        if type_.dtype.is_float:
            low, high = -inf if low is None else low, inf if high is None else high
        bounds = (None if bound is None else build.scalar(bound, type_.dtype) for bound in (low, high))
        return build.op("Clip", tensor, *bounds)
