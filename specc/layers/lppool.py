"""Power-average pooling."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import BOOL, POSITIVE, POSITIVE_NUMBER, attribute, layer, one_or_several, optional
from specc.layers.common.pooling import POOL_PORTS, averaged, pads, pool_windows, pooled
from specc.layers.common.windows import Window, rounded_up
from specc.tensor.types import TensorType


@layer
class LpPool(Operation):
    """Root of the sum of powers over a sliding window, as in PyTorch: the powers keep their sign, so that an odd
    `norm_type` is for inputs that are not negative, and a window that reaches over the end is brought to full size.

    Formula: y[n, c, p] = (sum over k of x[n, c, stride * p + k] ^ norm_type) ^ (1 / norm_type)
    Source: torch.nn.LPPool1d, LPPool2d, LPPool3d; ONNX Pow, AveragePool, Mul
    Example:
        input image: float32[N, 6, 28, 28]
        y = image -> lppool(2, 3, stride=2)
    """

    name: ClassVar[str] = "lppool"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS

    norm_type: float = attribute(POSITIVE_NUMBER, "exponent of the norm")
    kernel: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "size of the window")
    stride: int | tuple[int, ...] | None = attribute(
        optional(one_or_several(POSITIVE)), "step of the window; that of its size where it is none", default=None
    )
    ceil_mode: bool = attribute(BOOL, "whether a last window that reaches over the end counts", default=False)

    def _windows(self, inputs: Arguments[TensorType]) -> tuple[Window, ...]:
        made = pool_windows(self.name, inputs, self.kernel, self.stride, 0)
        return rounded_up(made) if self.ceil_mode else made

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, ...]."""
        return (pooled(self.name, inputs[0], self._windows(inputs)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A power and an addition for each element of each window, and the root."""
        window = prod(w.kernel for w in self._windows(inputs))
        return Cost(0, (2 * window + 1) * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The root of what ONNX AveragePool makes of the powers, times the size of the window."""
        made, dtype, tensor = self._windows(site.types), site.types[0].dtype, site.inputs[0]
        size = build.scalar(float(prod(w.kernel for w in made)), dtype)
        if self.norm_type != 1:
            tensor = build.op("Pow", tensor, build.scalar(self.norm_type, dtype))
        total = build.op("Mul", averaged(build, tensor, made, pads(made), False), size)
        if self.norm_type == 1:
            return (total,)
        return (build.op("Pow", total, build.scalar(1 / self.norm_type, dtype)),)
