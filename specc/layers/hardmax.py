"""1 for the largest element."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.common.along_axis import AlongAxis
from specc.layers.common.attributes import layer
from specc.layers.common.element_types import SINGLE, ElementTypes
from specc.tensor.types import TensorType


@layer
class Hardmax(AlongAxis):
    """1 for the largest element along one axis, the first of equal ones, and 0 for all others.

    Formula: y[i] = 1 where i = argmax of x, else 0
    Source: torch.nn.functional.one_hot of torch.argmax; ONNX Hardmax
    Example:
        input logits: float32[N, 10]
        y = logits -> hardmax
    """

    name: ClassVar[str] = "hardmax"
    element_types: ClassVar[ElementTypes] = SINGLE
    nonempty: ClassVar[bool] = True

    def emit(self, build: Builder, tensor: str, type_: TensorType, axis: int) -> str:
        """ONNX Hardmax."""
        return build.op("Hardmax", tensor, axis=axis)
