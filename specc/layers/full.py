"""A tensor of one value."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Port, Rejected
from specc.layers.common.attributes import DIM, DTYPE, FLOAT, attribute, layer, several
from specc.layers.common.axes import need_sizes
from specc.layers.common.element_types import whole_range
from specc.layers.common.errors_movement import ValueDoesNotFit
from specc.layers.common.movement import Movement
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Full(Movement):
    """A tensor whose elements are all one value.

    Formula: y = value
    Source: torch.full; ONNX Expand
    Example:
        input x: float32[N, T]
        y = concat(x, full([N, 1], -1), axis=1)
    """

    name: ClassVar[str] = "full"
    ports: ClassVar[tuple[Port, ...]] = ()

    shape: tuple[Dim, ...] = attribute(several(DIM), "sizes of the result")
    value: float = attribute(FLOAT, "value of each element")
    dtype: DType = attribute(DTYPE, "element type of the result", default=DType.FLOAT32)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The shape."""
        need_sizes(self.name, self.shape)
        if not fits(self.value, self.dtype):
            raise Rejected(ValueDoesNotFit(self.value, self.dtype))
        return (TensorType(self.dtype, self.shape),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Expand of one element."""
        return (filled(build, self.value, site.outputs[0]),)


def fits(value: float, dtype: DType) -> bool:
    """Whether `value` is among those of an element type."""
    if dtype.is_float:
        return True
    least, most = (0, 1) if dtype is DType.BOOL else whole_range(dtype)
    return value == value // 1 and least <= value <= most


def filled(build: Builder, value: float, type_: TensorType) -> str:
    """A tensor whose elements are all `value`."""
    single = build.scalar(value if type_.dtype.is_float else int(value), type_.dtype)
    return build.expand(single, (), type_.shape, type_.dtype) if type_.rank else single
