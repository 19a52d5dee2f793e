"""Standard deviation along axes."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.variance import Variance
from specc.tensor.types import TensorType


@layer
class Stddev(Variance):
    """Standard deviation along axes: the square root of `var` (`std` is the standard library).

    Formula: y = sqrt(sum of (x - mean(x))^2 / (number of elements - correction))
    Source: torch.std; ONNX ReduceMean, Sub, Mul, Sqrt
    Example:
        input x: float32[N, T, 16]
        y = x -> stddev(2)
    """

    name: ClassVar[str] = "stddev"

    def emit(self, build: Builder, tensor: str, type_: TensorType, axes: tuple[int, ...]) -> str:
        """ONNX Sqrt of the variance."""
        return build.op("Sqrt", self.variance(build, tensor, type_, axes))
