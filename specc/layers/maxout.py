"""Largest of each group of neighbours."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Rejected
from specc.layers.common.attributes import INT, POSITIVE, attribute, layer
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import RANKED
from specc.layers.common.errors_elementwise import PiecesDoNotDivide
from specc.tensor.dims import exact_quotient
from specc.tensor.types import TensorType


@layer
class Maxout(Operation):
    """Largest of each group of `pieces` neighbours along an axis, by default that of the channels.

    The linear pieces that the paper takes the maximum of are those of the layer before.

    Formula: y[n, c] = max over j of x[n, pieces * c + j]
    Source: Goodfellow et al. 2013, groups of neighbours as in its implementation; ONNX Reshape, ReduceMax
    Example:
        input x: float32[N, 64]
        y = x -> linear(5 * 32) -> maxout(5)
    """

    name: ClassVar[str] = "maxout"

    pieces: int = attribute(POSITIVE, "number of neighbours in a group")
    axis: int = attribute(INT, "axis of the groups", default=1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The input with the size of the axis divided."""
        tensor = inputs[0]
        RANKED.need(self.name, tensor)
        axis = need_axis(self.name, tensor, self.axis)
        groups = exact_quotient(tensor.shape[axis], self.pieces)
        if groups is None:
            raise Rejected(PiecesDoNotDivide(self.name, tensor.shape[axis], self.pieces), Blame(0, axis))
        return (tensor.with_shape((*tensor.shape[:axis], groups, *tensor.shape[axis + 1 :])),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One for each element of the input."""
        return Cost(0, inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Reshape and ReduceMax."""
        axis = need_axis(self.name, site.types[0], self.axis)
        after = site.outputs[0].shape
        grouped = (*after[: axis + 1], self.pieces, *after[axis + 1 :])
        parts = build.reshape(site.inputs[0], site.types[0].shape, grouped)
        return (build.op("ReduceMax", parts, build.ints(axis + 1), keepdims=0),)
