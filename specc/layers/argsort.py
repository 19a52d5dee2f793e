"""Indices that put elements in order."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments
from specc.layers.common.attributes import layer
from specc.layers.common.ordering import Ordering
from specc.tensor.types import TensorType


@layer
class Argsort(Ordering):
    """Indices as int64 that put the elements along an axis in order; equal ones keep their order. Where there is a NaN
    the order is not defined.

    Formula: x[y[0]] <= x[y[1]] <= ...
    Source: torch.argsort with stable=True; ONNX TopK
    Example:
        input x: float32[N, T]
        y = x -> argsort(1)
    """

    name: ClassVar[str] = "argsort"

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The shape of the input as int64."""
        return Ordering.infer(self, inputs)[1:]

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX TopK of all elements."""
        return Ordering.lower(self, build, site)[1:]
