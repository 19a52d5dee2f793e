"""Running sum."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.along_axis import AlongAxis
from specc.layers.common.attributes import BOOL, attribute, layer
from specc.layers.common.element_types import WIDE, ElementTypes
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Cumsum(AlongAxis):
    """Running sum along an axis: the element itself included unless `exclusive`, from the end if `reverse`.

    Formula: y[i] = x[0] + ... + x[i]; exclusive: x[0] + ... + x[i - 1]; reverse: x[i] + ... + x[-1]
    Source: torch.cumsum; ONNX CumSum
    Example:
        input x: float32[N, T]
        y = x -> cumsum(1)
    """

    name: ClassVar[str] = "cumsum"
    element_types: ClassVar[ElementTypes] = WIDE

    exclusive: bool = attribute(BOOL, "whether each element itself is left out", default=False)
    reverse: bool = attribute(BOOL, "whether the sum runs from the end", default=False)

    def emit(self, build: Builder, tensor: str, type_: TensorType, axis: int) -> str:
        """ONNX CumSum."""
        along = build.scalar(axis, DType.INT64)
        return build.op("CumSum", tensor, along, exclusive=int(self.exclusive), reverse=int(self.reverse))
