"""Average pooling."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, layer, one_or_several, optional
from specc.layers.common.borders import bordered
from specc.layers.common.pooling import POOL_PORTS, averaged, pads, pool_cost, pool_windows, pooled
from specc.layers.common.windows import PADDING, Padding, Window, rounded_up
from specc.tensor.types import TensorType


@layer
class AvgPool(Operation):
    """Mean over a sliding window. With `ceil_mode` the elements beyond the padding never count. With `divisor_override`
    the sum over the window is divided by that.

    Formula: y[n, c, p] = mean over k of x[n, c, stride * p + k - padding]
    Source: torch.nn.AvgPool1d, AvgPool2d, AvgPool3d; ONNX AveragePool
    Example:
        input image: float32[N, 6, 28, 28]
        y = image -> avgpool(2)
    """

    name: ClassVar[str] = "avgpool"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS

    kernel: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "size of the window")
    stride: int | tuple[int, ...] | None = attribute(
        optional(one_or_several(POSITIVE)), "step of the window; that of its size where it is none", default=None
    )
    padding: Padding = attribute(PADDING, "zeros around the input", default=0)
    ceil_mode: bool = attribute(BOOL, "whether a last window that reaches over the end counts", default=False)
    count_include_pad: bool = attribute(BOOL, "whether the zeros of the padding count in the mean", default=True)
    divisor_override: int | None = attribute(
        optional(POSITIVE), "what the sum is divided by, instead of the number of elements", default=None
    )

    def _given(self, inputs: Arguments[TensorType]) -> tuple[Window, ...]:
        return pool_windows(self.name, inputs, self.kernel, self.stride, self.padding)

    def _windows(self, inputs: Arguments[TensorType]) -> tuple[Window, ...]:
        given = self._given(inputs)
        return rounded_up(given) if self.ceil_mode else given

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, ...]."""
        return (pooled(self.name, inputs[0], self._windows(inputs)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One addition for each element of each window; the division is counted among them."""
        return pool_cost(self._windows(inputs), outputs)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX AveragePool, after Pad where some of the padding counts in the mean and some does not."""
        given, made, tensor = self._given(site.types), self._windows(site.types), site.inputs[0]
        if self.divisor_override is not None:
            mean = averaged(build, tensor, made, pads(made), True)
            factor = prod(w.kernel for w in made) / self.divisor_override
            return (build.op("Mul", mean, build.scalar(factor, site.types[0].dtype)),)
        padding, counted = pads(made), self.count_include_pad and any(pads(given))
        if counted and given != made:
            tensor = bordered(build, tensor, site.types[0].rank, [(w.before, w.after) for w in given], None)
            padding = tuple(b - a for a, b in zip(pads(given), pads(made), strict=True))
            counted = False
        return (averaged(build, tensor, made, padding, counted),)
