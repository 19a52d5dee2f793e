"""The integers from 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Elements, Port
from specc.layers.common.attributes import DIM, attribute, layer
from specc.layers.common.axes import need_sizes
from specc.layers.common.movement import Movement
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Arange(Movement):
    """The integers from 0 to one below `length`, as int64.

    Formula: y[i] = i
    Source: torch.arange; ONNX Range
    Example:
        input tokens: int64[N, T]
        embedded = tokens -> embedding(100, 8) as words
        y = embedded + (arange(T) -> embedding(512, 8) as positions)
        require T <= 512
    """

    name: ClassVar[str] = "arange"
    ports: ClassVar[tuple[Port, ...]] = ()

    length: Dim = attribute(DIM, "number of elements")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[length], int64."""
        need_sizes(self.name, (self.length,))
        return (TensorType(DType.INT64, (self.length,)),)

    def elements(self, known: Sequence[Elements | None]) -> Elements | None:
        """From 0 to one below the length."""
        return Elements(0, self.length - 1)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Range."""
        return (counted(build, self.length),)


def counted(build: Builder, length: Dim) -> str:
    """The integers from 0 to one below `length`, as an int64 tensor of one axis."""
    zero, one = build.scalar(0, DType.INT64), build.scalar(1, DType.INT64)
    if isinstance(length, int):
        return build.op("Range", zero, build.scalar(length, DType.INT64), one)
    if build.root().apart:
        return build.op("CumSum", build.ones(length), zero, exclusive=1)
    return build.op("Range", zero, build.op("Squeeze", build.dim(length)), one)
