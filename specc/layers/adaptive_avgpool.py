"""Average pooling to a given size."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.adaptive import adaptive_cost, adaptive_result, lower_adaptive
from specc.layers.common.attributes import POSITIVE, attribute, layer, one_or_several
from specc.layers.common.pooling import POOL_PORTS
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class AdaptiveAvgPool(Operation):
    """Average pooling to a given size, whatever the size of the input.

    Formula: y[n, c, i] = mean of x[n, c, p] for floor(i * size / out) <= p < ceil((i + 1) * size / out)
    Source: torch.nn.AdaptiveAvgPool1d, AdaptiveAvgPool2d, AdaptiveAvgPool3d; ONNX AveragePool, ReduceMean, ReduceSum
    Example:
        input image: float32[N, 512, 14, 14]
        y = image -> adaptive_avgpool(7)
    """

    name: ClassVar[str] = "adaptive_avgpool"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS

    size: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "spatial size of the output")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, *size]."""
        return (adaptive_result(self.name, inputs, self.size),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element of each window."""
        return adaptive_cost(inputs[0], outputs[0])

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX AveragePool where all windows are of one known size; else means along one axis after another."""
        return (lower_adaptive(build, site, "AveragePool", _mean),)


def _mean(build: Builder, tensor: str, axis: int, weights: tuple[float, ...] | None, type_: TensorType) -> str:
    within = build.ints(axis + 1)
    if weights is None:
        return build.op("ReduceMean", tensor, within, keepdims=0)
    parts, width = type_.shape[axis], type_.shape[axis + 1]
    assert isinstance(parts, int) and isinstance(width, int)
    behind = (1,) * (type_.rank - axis - 2)
    inside = build.floats(tuple(float(weight > 0) for weight in weights), (parts, width, *behind), DType.BOOL)
    kept = build.op("Where", inside, tensor, build.scalar(0.0, type_.dtype))
    total = build.op("ReduceSum", kept, within, keepdims=0)
    return build.op("Mul", total, build.floats(weights[::width], (parts, *behind), type_.dtype))
