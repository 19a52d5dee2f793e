"""Distance between vectors."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import BOOL, FLOAT, attribute, layer
from specc.layers.common.axes import need_some
from specc.layers.common.broadcasting import broadcast
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.common.norms import ORDER, p_norm
from specc.layers.common.reduction import reduced
from specc.tensor.dims import product
from specc.tensor.types import TensorType


@layer
class PairwiseDistance(Operation):
    """Distance between the vectors of two tensors along the last axis; the tensors are broadcast first.

    Formula: y = (sum of |a - b + eps|^p)^(1 / p)
    Source: torch.nn.PairwiseDistance; ONNX Sub, Add, ReduceL2
    Example:
        input a: float32[N, 128]
        input b: float32[N, 128]
        y = pairwise_distance(a, b)
    """

    name: ClassVar[str] = "pairwise_distance"
    ports: ClassVar[tuple[Port, ...]] = (Port("x1"), Port("x2"))

    p: float = attribute(ORDER, "exponent of the norm", default=2.0)
    eps: float = attribute(FLOAT, "added to each difference", default=1e-6)
    keepdims: bool = attribute(BOOL, "whether the last axis stays, with size 1", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The common shape without the last axis."""
        FLOATS.need_one(self.name, inputs)
        whole = inputs[0].with_shape(broadcast(self.name, inputs))
        need_rank(self.name, whole, 1, 16, "[..., features]")
        need_some(self.name, whole, (whole.rank - 1,))
        return (whole.with_shape(reduced(whole.shape, (whole.rank - 1,), self.keepdims)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each pair of elements four: difference, `eps`, power, sum."""
        return Cost(0, 4 * product(broadcast(self.name, inputs)))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """The norm of the difference."""
        dtype, axis = site.types[0].dtype, len(broadcast(self.name, site.types)) - 1
        gap = build.op("Add", build.op("Sub", *site.inputs), build.scalar(self.eps, dtype))
        return (p_norm(build, gap, (axis,), self.p, dtype, self.keepdims),)
