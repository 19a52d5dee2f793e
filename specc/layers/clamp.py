"""Numbers kept within bounds."""

from __future__ import annotations

from math import ceil, floor, inf
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import FLOAT, attribute, layer, optional
from specc.layers.common.broadcasting import broadcast
from specc.layers.common.element_types import CLAMPED, whole_range
from specc.layers.common.errors_elementwise import BoundGivenTwice
from specc.layers.common.errors_tensor import BoundsReversed
from specc.tensor.types import TensorType


@layer
class Clamp(Operation):
    """Each element brought within bounds; for integers numbers are rounded inwards. A bound may also be a tensor, whose
    shape is broadcast; the upper one is the result where it lies below the lower one.

    Formula: y = min(max(x, min), max)
    Source: torch.clamp; ONNX Clip, for tensors Max and Min
    Example:
        input x: float32[N, 8]
        input most: float32[8]
        y = x -> clamp(0, 6)
        z = clamp(x, min=0, max=most)
    """

    name: ClassVar[str] = "clamp"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input"),
        Port("min", optional=True, doc="lower bound that is a tensor"),
        Port("max", optional=True, doc="upper bound that is a tensor"),
    )

    min: float | None = attribute(optional(FLOAT), "lower bound", default=None)
    max: float | None = attribute(optional(FLOAT), "upper bound", default=None)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input, in the common shape."""
        CLAMPED.need_one(self.name, inputs)
        for port, number in (("min", self.min), ("max", self.max)):
            if number is not None and inputs.get(port) is not None:
                raise Rejected(BoundGivenTwice(port), Blame(0))
        low, high = self._bounds(inputs[0])
        if (low is None and high is None and len(inputs) == 1) or (low is not None and high is not None and low > high):
            raise Rejected(BoundsReversed(self.min, self.max), Blame(0))
        return (inputs[0].with_shape(broadcast(self.name, inputs)),)

    def _bounds(self, tensor: TensorType) -> tuple[float | None, float | None]:
        """The bounds as numbers of the tensor's element type."""
        if tensor.dtype.is_float:
            return self.min, self.max
        least, most = whole_range(tensor.dtype)
        low = None if self.min is None else min(most, max(least, ceil(self.min)))
        high = None if self.max is None else min(most, max(least, floor(self.max)))
        return low, high

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element."""
        return Cost(0, outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Clip between numbers; Max and Min where there is a tensor."""
        if len(site.inputs) == 1:
            return (self._clipped(build, site.inputs[0], site.types[0]),)
        dtype = site.types[0].dtype
        tensor = site.inputs[0]
        for operator, port, number in zip(("Max", "Min"), ("min", "max"), self._bounds(site.types[0]), strict=True):
            bound = site.inputs.get(port) or (None if number is None else build.scalar(number, dtype))
            tensor = tensor if bound is None else build.op(operator, tensor, bound)
        return (tensor,)

    def _clipped(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """Floating point has infinite bounds in place of missing ones, which would stop infinity."""
        low, high = self._bounds(type_)
        if type_.dtype.is_float:
            low, high = -inf if low is None else low, inf if high is None else high
        bounds = (None if bound is None else build.scalar(bound, type_.dtype) for bound in (low, high))
        return build.op("Clip", tensor, *bounds)
