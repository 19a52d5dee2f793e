"""Euclidean projection onto the probability simplex."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder
from specc.layers.arange import counted
from specc.layers.cast import converted
from specc.layers.common.along_axis import AlongAxis
from specc.layers.common.attributes import layer
from specc.layers.common.ordering import ordered
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Sparsemax(AlongAxis):
    """The probabilities along one axis that are nearest to the input: like softmax, but most are 0 exactly.

    Formula: y = max(x - t, 0), with t = (sum of the k largest - 1) / k, k the most for which 1 + k * x_k > that sum
    Source: Martins and Astudillo 2016, algorithm 1; ONNX TopK, CumSum, Range, Greater, Where, ReduceSum, Relu
    Example:
        input logits: float32[N, 10]
        y = logits -> sparsemax
    """

    name: ClassVar[str] = "sparsemax"
    flops_per_element: ClassVar[int] = 12
    nonempty: ClassVar[bool] = True

    def emit(self, build: Builder, tensor: str, type_: TensorType, axis: int) -> str:
        """The threshold from the elements in order, less the largest so that sums stay small."""
        size = type_.shape[axis]
        along = build.ints(axis)
        shifted = build.op("Sub", tensor, build.op("ReduceMax", tensor, along, keepdims=1))
        values, _ = ordered(build, shifted, axis, size, True)
        sums = build.op("CumSum", values, build.scalar(axis, DType.INT64))
        zero, one = build.scalar(0.0, type_.dtype), build.scalar(1.0, type_.dtype)
        ranks = build.op("Add", converted(build, counted(build, size), type_.dtype), one)
        ranks = build.op("Reshape", ranks, build.ints(*(-1 if at == axis else 1 for at in range(type_.rank))))
        inside = build.op("Greater", build.op("Add", build.op("Mul", ranks, values), one), sums)
        kept = build.op("ReduceSum", build.op("Where", inside, values, zero), along, keepdims=1)
        count = build.op("ReduceSum", converted(build, inside, type_.dtype), along, keepdims=1)
        threshold = build.op("Div", build.op("Sub", kept, one), count)
        return build.op("Relu", build.op("Sub", shifted, threshold))
