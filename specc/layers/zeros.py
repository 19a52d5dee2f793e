"""A tensor of zeros."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Port
from specc.layers.common.attributes import DIM, DTYPE, attribute, layer, several
from specc.layers.common.axes import need_sizes
from specc.layers.common.movement import Movement
from specc.layers.full import filled
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Zeros(Movement):
    """A tensor of zeros.

    Formula: y = 0
    Source: torch.zeros; ONNX Expand
    Example:
        input x: float32[N, T]
        y = concat(x, zeros([N, 1]), axis=1)
    """

    name: ClassVar[str] = "zeros"
    ports: ClassVar[tuple[Port, ...]] = ()

    shape: tuple[Dim, ...] = attribute(several(DIM), "sizes of the result")
    dtype: DType = attribute(DTYPE, "element type of the result", default=DType.FLOAT32)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The shape."""
        need_sizes(self.name, self.shape)
        return (TensorType(self.dtype, self.shape),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Expand of one element."""
        return (filled(build, 0, site.outputs[0]),)
