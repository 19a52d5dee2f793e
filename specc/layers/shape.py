"""The shape of a tensor as a tensor."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments
from specc.layers.common.attributes import layer
from specc.layers.common.movement import Movement
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Shape(Movement):
    """The sizes of a tensor as an int64 tensor; `x.shape` has them as numbers of the spec.

    Formula: y[i] = size of x along axis i
    Source: torch.Tensor.shape; ONNX Shape
    Example:
        input x: float32[N, T, 16]
        y = x -> shape
    """

    name: ClassVar[str] = "shape"

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[rank], int64."""
        return (TensorType(DType.INT64, (inputs[0].rank,)),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Shape."""
        return (build.op("Shape", site.inputs[0]),)
