"""A size as a tensor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Elements, Port
from specc.layers.cast import converted
from specc.layers.common.attributes import DIM, DTYPE, attribute, layer
from specc.layers.common.axes import need_sizes
from specc.layers.common.movement import Movement
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Size(Movement):
    """A size as a tensor without dims, to compute with. A size beside a tensor, as in `x * T`, becomes one.

    Formula: y = value
    Source: ONNX Shape
    Example:
        input x: float32[N, T]
        y = x / sqrt(size(T, float32))
    """

    name: ClassVar[str] = "size"
    ports: ClassVar[tuple[Port, ...]] = ()

    value: Dim = attribute(DIM, "the size")
    dtype: DType = attribute(DTYPE, "element type of the result", default=DType.INT64)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """No dims."""
        need_sizes(self.name, (self.value,))
        return (TensorType(self.dtype, ()),)

    def elements(self, known: Sequence[Elements | None]) -> Elements | None:
        """The size."""
        return Elements(self.value, self.value)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """A constant, or the dim of an input."""
        if isinstance(self.value, int):
            return (build.scalar(self.value, self.dtype),)
        scalar = build.op("Squeeze", build.number(self.value))
        return (scalar if self.dtype is DType.INT64 else converted(build, scalar, self.dtype),)
