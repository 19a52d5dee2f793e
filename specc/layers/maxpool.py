"""Maximum pooling."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, layer, one_or_several, optional
from specc.layers.common.borders import bordered
from specc.layers.common.element_types import FLOATS
from specc.layers.common.pooling import POOL_PORTS, pads, pool_cost, pool_windows, pooled, unpadded
from specc.layers.common.windows import PADDING, Padding, Window, rounded_up
from specc.tensor.types import TensorType


@layer
class MaxPool(Operation):
    """Maximum over a sliding window; what lies in the padding never wins.

    Formula: y[n, c, p] = max over k of x[n, c, stride * p + dilation * k - padding]
    Source: torch.nn.MaxPool1d, MaxPool2d, MaxPool3d; ONNX MaxPool
    Example:
        input image: float32[N, 64, 112, 112]
        y = image -> maxpool(3, stride=2, padding=1)
    """

    name: ClassVar[str] = "maxpool"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS

    kernel: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "size of the window")
    stride: int | tuple[int, ...] | None = attribute(
        optional(one_or_several(POSITIVE)), "step of the window; that of its size where it is none", default=None
    )
    padding: Padding = attribute(PADDING, "padding around the input", default=0)
    dilation: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step inside the window", default=1)
    ceil_mode: bool = attribute(BOOL, "whether a last window that reaches over the end counts", default=False)

    def _windows(self, inputs: Arguments[TensorType]) -> tuple[Window, ...]:
        made = pool_windows(self.name, inputs, self.kernel, self.stride, self.padding, self.dilation, FLOATS)
        return rounded_up(made) if self.ceil_mode else made

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, ...]."""
        return (pooled(self.name, inputs[0], self._windows(inputs)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One comparison for each element of each window."""
        return pool_cost(self._windows(inputs), outputs)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX MaxPool, after Pad where the runtime does not take the padding."""
        made, tensor = self._windows(site.types), site.inputs[0]
        if any(max(w.before, w.after) >= w.kernel for w in made):
            lowest = build.scalar(float("-inf"), site.types[0].dtype)
            tensor = bordered(build, tensor, site.types[0].rank, [(w.before, w.after) for w in made], lowest)
            made = unpadded(made)
        return (
            build.op(
                "MaxPool",
                tensor,
                kernel_shape=tuple(w.kernel for w in made),
                strides=tuple(w.stride for w in made),
                dilations=tuple(w.dilation for w in made),
                pads=pads(made),
            ),
        )
