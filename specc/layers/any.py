"""Whether an element along axes is true."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.cast import converted
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import BOOLEANS, ElementTypes
from specc.layers.common.reduction import Reduction
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Any(Reduction):
    """Whether an element along axes is true; of none, no.

    Formula: y = x[0] or x[1] or ...
    Source: torch.any; ONNX Cast, ReduceSum
    Example:
        input x: float32[N, T, 16]
        y = any(x > 0, 2)
    """

    name: ClassVar[str] = "any"
    takes: ClassVar[ElementTypes] = BOOLEANS

    def emit(self, build: Builder, tensor: str, type_: TensorType, axes: tuple[int, ...]) -> str:
        """ONNX ReduceSum: the number of those that are true is not 0."""
        count = self.fold(build, "ReduceSum", converted(build, tensor, DType.INT64), axes)
        return converted(build, count, DType.BOOL)
