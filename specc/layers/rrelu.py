"""Rectified linear unit with a random slope below zero."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.ir.operation import Arguments, Rejected
from specc.layers.common.attributes import FLOAT, attribute, layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.layers.common.elementwise import Elementwise
from specc.layers.common.errors_vision import BadRange
from specc.tensor.types import TensorType


@layer
class Rrelu(Elementwise):
    """Rectified linear unit whose slope below zero is drawn while a model is trained, and is the mean in inference.

    Formula: y = x where x > 0, else (lower + upper) / 2 * x
    Source: Xu et al. 2015; torch.nn.RReLU; ONNX LeakyRelu
    Example:
        input x: float32[N, 16]
        y = x -> rrelu
    """

    name: ClassVar[str] = "rrelu"
    element_types: ClassVar[ElementTypes] = SINGLE
    flops_per_element: ClassVar[int] = 2

    lower_slope: float = attribute(FLOAT, "least slope", default=1 / 8)
    upper_slope: float = attribute(FLOAT, "greatest slope", default=1 / 3)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        self.element_types.need(self.name, inputs[0])
        if self.lower_slope > self.upper_slope:
            raise Rejected(BadRange(self.name, self.lower_slope, self.upper_slope))
        return (inputs[0],)

    def emit(self, build: Builder, tensor: str, type_: TensorType) -> str:
        """ONNX LeakyRelu."""
        return build.op("LeakyRelu", tensor, alpha=(self.lower_slope + self.upper_slope) / 2)
