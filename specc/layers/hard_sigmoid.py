"""Piecewise linear sigmoid."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.tensor.types import TensorType


@layer
class HardSigmoid(Elementwise):
    """Piecewise linear sigmoid.

    Formula: y = min(max(x / 6 + 1 / 2, 0), 1)
    Source: torch.nn.Hardsigmoid; ONNX HardSigmoid
    Example:
        input x: float32[N, 16]
        y = x -> hard_sigmoid
    """

    name: ClassVar[str] = "hard_sigmoid"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 4

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX HardSigmoid."""
        return build.op("HardSigmoid", tensor, alpha=1 / 6, beta=0.5)
