"""Conversion to another element type."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments
from specc.layers.common.attributes import DTYPE, attribute, layer
from specc.layers.common.element_types import ONNX_NUMBERS
from specc.layers.common.movement import Movement
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Cast(Movement):
    """Each element as another type; a fraction is cut off for integers, and bool is whether a number is not 0.

    Formula: y = dtype(x)
    Source: torch.Tensor.to; ONNX Cast
    Example:
        input mask: int64[N, T]
        y = mask -> cast(float32)
    """

    name: ClassVar[str] = "cast"

    dtype: DType = attribute(DTYPE, "element type of the result")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The shape of the input."""
        return (inputs[0].with_dtype(self.dtype),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Cast."""
        same = site.types[0].dtype is self.dtype
        return (site.inputs[0] if same else converted(build, site.inputs[0], self.dtype),)


def converted(build: Builder, tensor: str, dtype: DType) -> str:
    """`tensor` with the elements as `dtype`."""
    return build.op("Cast", tensor, to=ONNX_NUMBERS[dtype])
