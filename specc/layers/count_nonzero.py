"""Number of elements along axes that are not 0."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.cast import converted
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import ANY, ElementTypes
from specc.layers.common.reduction import Reduction
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class CountNonzero(Reduction):
    """Number of elements along axes that are not 0, as int64; NaN is not 0.

    Formula: y = number of x != 0
    Source: torch.count_nonzero; ONNX Cast, ReduceSum
    Example:
        input x: float32[N, T, 16]
        y = x -> count_nonzero(2)
    """

    name: ClassVar[str] = "count_nonzero"
    takes: ClassVar[ElementTypes] = ANY
    result: ClassVar[DType | None] = DType.INT64
    flops_per_element: ClassVar[int] = 2

    def emit(self, build: Builder, tensor: str, type_: TensorType, axes: tuple[int, ...]) -> str:
        """ONNX Cast and ReduceSum."""
        return self.fold(build, "ReduceSum", converted(build, converted(build, tensor, DType.BOOL), DType.INT64), axes)
