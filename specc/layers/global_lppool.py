"""Norm over all positions."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import attribute, layer
from specc.layers.common.norms import ORDER, p_norm
from specc.layers.common.pooling import global_result
from specc.tensor.types import TensorType


@layer
class GlobalLpPool(Operation):
    """Norm over all positions of each channel; the spatial dims are kept, each of size 1.

    Formula: y[n, c, 0, ...] = (sum over p of |x[n, c, p]| ^ norm_type) ^ (1 / norm_type)
    Source: torch.linalg.vector_norm over the positions; ONNX GlobalLpPool, made of ReduceL1, ReduceL2, Pow, ReduceSum
    Example:
        input image: float32[N, 512, 7, 7]
        y = image -> global_lppool(2)
    """

    name: ClassVar[str] = "global_lppool"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, ...] with at least one further dim"),)

    norm_type: float = attribute(ORDER, "exponent of the norm", default=2.0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, 1, ...]."""
        return (global_result(self.name, inputs),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A power and an addition for each element of the input, and the root."""
        return Cost(0, 2 * inputs[0].size + outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """A reduction over the spatial axes."""
        axes = tuple(range(2, site.types[0].rank))
        return (p_norm(build, site.inputs[0], axes, self.norm_type, site.types[0].dtype, True),)
