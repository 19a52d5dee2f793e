"""The identity matrix."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Port
from specc.layers.arange import counted
from specc.layers.cast import converted
from specc.layers.common.attributes import DIM, DTYPE, attribute, layer, optional
from specc.layers.common.axes import need_sizes
from specc.layers.common.movement import Movement
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Eye(Movement):
    """The identity matrix: 1 on the diagonal, 0 elsewhere.

    Formula: y[i, j] = 1 where i = j, else 0
    Source: torch.eye; ONNX Range, Equal, Cast
    Example:
        input x: float32[N, T, T]
        y = x + eye(T)
    """

    name: ClassVar[str] = "eye"
    ports: ClassVar[tuple[Port, ...]] = ()

    n: Dim = attribute(DIM, "number of rows")
    m: Dim | None = attribute(optional(DIM), "number of columns, by default that of the rows", default=None)
    dtype: DType = attribute(DTYPE, "element type of the result", default=DType.FLOAT32)

    def _columns(self) -> Dim:
        return self.n if self.m is None else self.m

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[n, m]."""
        need_sizes(self.name, (self.n, self._columns()))
        return (TensorType(self.dtype, (self.n, self._columns())),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Equal of the numbers of the rows and the columns."""
        rows = build.op("Unsqueeze", counted(build, self.n), build.ints(1))
        same = build.op("Equal", rows, counted(build, self._columns()))
        return (same if self.dtype is DType.BOOL else converted(build, same, self.dtype),)
