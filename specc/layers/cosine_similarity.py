"""Cosine of the angle between vectors."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import INT, POSITIVE_NUMBER, attribute, layer
from specc.layers.common.axes import need_some
from specc.layers.common.broadcasting import broadcast
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import FLOATS
from specc.layers.common.norms import p_norm
from specc.layers.common.reduction import reduced
from specc.tensor.dims import product
from specc.tensor.types import TensorType


@layer
class CosineSimilarity(Operation):
    """Cosine of the angle between the vectors of two tensors along an axis; the tensors are broadcast first.

    Formula: y = sum of a * b / (max(|a|, eps) * max(|b|, eps))
    Source: torch.nn.CosineSimilarity; ONNX ReduceL2, Max, Div, Mul, ReduceSum
    Example:
        input a: float32[N, 128]
        input b: float32[N, 128]
        y = cosine_similarity(a, b)
    """

    name: ClassVar[str] = "cosine_similarity"
    ports: ClassVar[tuple[Port, ...]] = (Port("x1"), Port("x2"))

    axis: int = attribute(INT, "axis of the vectors, of the tensors after broadcasting", default=1)
    eps: float = attribute(POSITIVE_NUMBER, "smallest divisor", default=1e-8)

    def _whole(self, inputs: Arguments[TensorType]) -> tuple[TensorType, int]:
        """The type after broadcasting, and the axis counted from its end."""
        FLOATS.need_one(self.name, inputs)
        whole = inputs[0].with_shape(broadcast(self.name, inputs))
        return whole, need_axis(self.name, whole, self.axis) - whole.rank

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The common shape without the axis."""
        whole, axis = self._whole(inputs)
        need_some(self.name, whole, (axis % whole.rank,))
        return (whole.with_shape(reduced(whole.shape, (axis % whole.rank,), False)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element of either three (square, sum, quotient), then two for each product."""
        whole, _ = self._whole(inputs)
        return Cost(0, 3 * (inputs[0].size + inputs[1].size) + 2 * product(whole.shape))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Both brought to length 1, then the sum of their product."""
        whole, axis = self._whole(site.types)
        full = build.shape(whole.shape)
        units = []
        for name, type_ in zip(site.inputs, site.types, strict=True):
            tensor, rank = name, type_.rank
            if rank < -axis or type_.shape[axis] != whole.shape[axis]:
                tensor, rank = build.op("Expand", name, full), whole.rank
            norm = p_norm(build, tensor, (axis + rank,), 2.0, whole.dtype, True)
            units.append(build.op("Div", tensor, build.op("Max", norm, build.scalar(self.eps, whole.dtype))))
        return (build.op("ReduceSum", build.op("Mul", *units), build.ints(axis + whole.rank), keepdims=0),)
