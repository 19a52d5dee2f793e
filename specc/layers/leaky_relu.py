"""Rectified linear unit with a small slope below zero."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import FLOAT, attribute, layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class LeakyRelu(Elementwise):
    """Rectified linear unit with a small slope below zero.

    Formula: y = x where x > 0, else negative_slope * x
    Source: Maas et al. 2013; torch.nn.LeakyReLU; ONNX LeakyRelu
    Example:
        input x: float32[N, 16]
        y = x -> leaky_relu
    """

    name: ClassVar[str] = "leaky_relu"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 2

    negative_slope: float = attribute(FLOAT, "slope below zero", default=0.01)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX LeakyRelu."""
        return build.op("LeakyRelu", tensor, alpha=self.negative_slope)
