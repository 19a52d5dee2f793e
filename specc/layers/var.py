"""Variance along axes."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.variance import Variance
from specc.tensor.types import TensorType


@layer
class Var(Variance):
    """Variance along axes; `correction` is 1 for the estimate from a sample, 0 for the variance of the elements
    themselves.

    Formula: y = sum of (x - mean(x))^2 / (number of elements - correction)
    Source: torch.var; ONNX ReduceMean, Sub, Mul
    Example:
        input x: float32[N, T, 16]
        y = x -> var(2)
    """

    name: ClassVar[str] = "var"

    def emit(self, build: Builder, tensor: str, type_: TensorType, axes: tuple[int, ...]) -> str:
        """ONNX ReduceMean, Sub, Mul, ReduceMean and Mul."""
        return self.variance(build, tensor, type_, axes)
