"""Numbers at equal distances."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.arange import counted
from specc.layers.cast import converted
from specc.layers.common.attributes import DIM, FLOAT, attribute, layer
from specc.layers.common.axes import need_sizes
from specc.tensor.dims import Dim, maximum
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Linspace(Operation):
    """Numbers at equal distances, the ends included, as float32; one number is the start.

    Formula: y[i] = start + i * (end - start) / (steps - 1)
    Source: torch.linspace; ONNX Range, Mul, Add
    Example:
        input x: float32[N, T]
        y = x * linspace(0, 1, T)
    """

    name: ClassVar[str] = "linspace"
    ports: ClassVar[tuple[Port, ...]] = ()

    start: float = attribute(FLOAT, "the first number")
    end: float = attribute(FLOAT, "the last number")
    steps: Dim = attribute(DIM, "how many numbers")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[steps], float32."""
        need_sizes(self.name, (self.steps,))
        return (TensorType(DType.FLOAT32, (self.steps,)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """Three for each number."""
        return Cost(0, 3 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The share of the way, from 0 to 1, times the way; in float64, so that the last number is the end."""
        index = converted(build, counted(build, self.steps), DType.FLOAT64)
        most = converted(build, build.dim(maximum(self.steps - 1, 1)), DType.FLOAT64)
        way = build.scalar(self.end - self.start, DType.FLOAT64)
        moved = build.op("Mul", build.op("Div", index, most), way)
        return (converted(build, build.op("Add", moved, build.scalar(self.start, DType.FLOAT64)), DType.FLOAT32),)
