"""Norm along axes."""

from __future__ import annotations

from math import inf
from typing import ClassVar

from specc.ir.builder import Builder
from specc.ir.operation import Arguments
from specc.layers.cast import converted
from specc.layers.common.attributes import FLOAT, attribute, layer
from specc.layers.common.axes import need_axes, need_some
from specc.layers.common.element_types import FLOATS, ElementTypes
from specc.layers.common.reduction import Reduction
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Norm(Reduction):
    """The p-norm along axes: with `p` of 0 the number of elements that are not 0, with inf the largest magnitude, with
    -inf the smallest.

    Formula: y = (sum of abs(x) ** p) ** (1 / p)
    Source: torch.linalg.vector_norm; ONNX ReduceL2, or Abs, Pow, ReduceSum, ReduceMax, ReduceMin
    Example:
        input x: float32[N, T, 16]
        y = x -> norm(2)
    """

    name: ClassVar[str] = "norm"
    takes: ClassVar[ElementTypes] = FLOATS
    flops_per_element: ClassVar[int] = 2

    p: float = attribute(FLOAT, "power of each magnitude, also inf", default=2.0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input without the axes; the largest and the smallest of nothing, and powers of 1 / 0, are rejected."""
        results = Reduction.infer(self, inputs)
        if self.p < 0 or self.p == inf:
            need_some(self.name, inputs[0], need_axes(self.name, inputs[0], self.axes))
        return results

    def emit(self, build: Builder, tensor: str, type_: TensorType, axes: tuple[int, ...]) -> str:
        """ONNX ReduceL2 for 2; else a function of each magnitude, its sum, largest or smallest, and the inverse."""
        if self.p == 2 and axes:
            return self.fold(build, "ReduceL2", tensor, axes)
        if self.p == 0:
            differs = converted(build, converted(build, tensor, DType.BOOL), type_.dtype)
            return self.fold(build, "ReduceSum", differs, axes)
        magnitude = build.op("Abs", tensor)
        if self.p in (inf, -inf):
            return self.fold(build, "ReduceMax" if self.p > 0 else "ReduceMin", magnitude, axes)
        if self.p == 1 or not axes:
            return self.fold(build, "ReduceSum", magnitude, axes)
        powers = build.op("Pow", magnitude, build.scalar(self.p, type_.dtype))
        return build.op("Pow", self.fold(build, "ReduceSum", powers, axes), build.scalar(1 / self.p, type_.dtype))
