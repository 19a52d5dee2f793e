"""Logarithm of the logistic function."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class LogSigmoid(Elementwise):
    """Logarithm of the logistic function.

    Formula: y = -log(1 + exp(-x))
    Source: torch.nn.LogSigmoid; ONNX Neg, Softplus
    Example:
        input x: float32[N, 16]
        y = x -> log_sigmoid
    """

    name: ClassVar[str] = "log_sigmoid"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 5

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX Neg, Softplus and Neg."""
        return build.op("Neg", build.op("Softplus", build.op("Neg", tensor)))
