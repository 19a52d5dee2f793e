"""Maximum pooling to a given size."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.adaptive import adaptive_cost, adaptive_result, lower_adaptive
from specc.layers.common.attributes import POSITIVE, attribute, layer, one_or_several
from specc.layers.common.pooling import POOL_PORTS
from specc.tensor.types import TensorType


@layer
class AdaptiveMaxPool(Operation):
    """Maximum pooling to a given size, whatever the size of the input.

    Formula: y[n, c, i] = max of x[n, c, p] for floor(i * size / out) <= p < ceil((i + 1) * size / out)
    Source: torch.nn.AdaptiveMaxPool1d, AdaptiveMaxPool2d, AdaptiveMaxPool3d; ONNX MaxPool, ReduceMax
    Example:
        input image: float32[N, 512, 14, 14]
        y = image -> adaptive_maxpool(7)
    """

    name: ClassVar[str] = "adaptive_maxpool"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS

    size: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "spatial size of the output")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, *size]."""
        return (adaptive_result(self.name, inputs, self.size),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element of each window."""
        return adaptive_cost(inputs[0], outputs[0])

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX MaxPool where all windows are of one known size; else maxima along one axis after another."""
        return (lower_adaptive(build, site, "MaxPool", _maximum),)


def _maximum(build: Builder, tensor: str, axis: int, weights: tuple[float, ...] | None, type_: TensorType) -> str:
    return build.op("ReduceMax", tensor, build.ints(axis + 1), keepdims=0)
