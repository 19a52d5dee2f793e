"""Mean over all positions."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import layer
from specc.layers.common.pooling import global_result, over_positions
from specc.tensor.types import TensorType


@layer
class GlobalAvgPool(Operation):
    """Mean over all positions of each channel; the spatial dims are kept, each of size 1.

    Formula: y[n, c, 0, ...] = mean over p of x[n, c, p]
    Source: Lin et al. 2013; torch.nn.AdaptiveAvgPool2d(1); ONNX GlobalAveragePool
    Example:
        input image: float32[N, 512, 7, 7]
        y = image -> global_avgpool
    """

    name: ClassVar[str] = "global_avgpool"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, ...] with at least one further dim"),)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, 1, ...]."""
        return (global_result(self.name, inputs),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element of the input."""
        return Cost(0, inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX GlobalAveragePool, or ReduceMean."""
        return (over_positions(build, site, "GlobalAveragePool", "ReduceMean"),)
