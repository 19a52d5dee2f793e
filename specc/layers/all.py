"""Whether all elements along axes are true."""

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
class All(Reduction):
    """Whether all elements along axes are true; of none, yes.

    Formula: y = x[0] and x[1] and ...
    Source: torch.all; ONNX Not, Cast, ReduceSum
    Example:
        input x: float32[N, T, 16]
        y = all(x > 0, 2)
    """

    name: ClassVar[str] = "all"
    takes: ClassVar[ElementTypes] = BOOLEANS
    flops_per_element: ClassVar[int] = 2

    def emit(self, build: Builder, tensor: str, type_: TensorType, axes: tuple[int, ...]) -> str:
        """ONNX ReduceSum: the number of those that are false is 0."""
        failed = converted(build, build.op("Not", tensor), DType.INT64)
        count = self.fold(build, "ReduceSum", failed, axes)
        return build.op("Not", converted(build, count, DType.BOOL))
