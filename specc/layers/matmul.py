"""Matrix product."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import layer
from specc.layers.common.axes import need_some
from specc.layers.common.broadcasting import clashing_axis, joined
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import MULTIPLIED
from specc.layers.common.errors_tensor import InnerDimsDiffer, ShapesDoNotBroadcast
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@layer
class Matmul(Operation):
    """Matrix product of the last two axes; the axes before them are broadcast.

    A tensor of one axis is a row on the left and a column on the right, and its axis is dropped from the result.

    Formula: y[..., i, j] = sum over k of a[..., i, k] * b[..., k, j]
    Source: numpy.matmul; torch.matmul; ONNX MatMul
    Example:
        input a: float32[N, T, 64]
        input b: float32[N, 64, S]
        y = a @ b
    """

    name: ClassVar[str] = "matmul"
    ports: ClassVar[tuple[Port, ...]] = (Port("a", doc="[..., I, K]"), Port("b", doc="[..., K, J]"))
    literals: ClassVar[bool] = True

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[..., I, J]."""
        MULTIPLIED.need_one(self.name, inputs)
        left, right = inputs[0], inputs[1]
        for port, tensor in enumerate((left, right)):
            need_rank(self.name, tensor, 1, 16, "[..., I, K] and [..., K, J]", port)
        inner = max(right.rank - 2, 0)
        if left.shape[-1] != right.shape[inner]:
            mistake = InnerDimsDiffer(left, right, (left.shape[-1], right.shape[inner]))
            raise Rejected(mistake, Blame(0, left.rank - 1), Blame(1, inner))
        need_some(self.name, left, (left.rank - 1,))
        rows, columns = left.shape[-2:-1], right.shape[-1:] if right.rank > 1 else ()
        return (left.with_shape((*self._batch(left, right), *rows, *columns)),)

    def _batch(self, left: TensorType, right: TensorType) -> tuple[Dim, ...]:
        """The common shape of the axes before the last two."""
        axis = clashing_axis(left.shape[:-2], right.shape[:-2])
        if axis is not None:
            mistake = ShapesDoNotBroadcast(self.name, left, right, (left.shape[axis - 2], right.shape[axis - 2]))
            raise Rejected(mistake, Blame(0, left.rank + axis - 2), Blame(1, right.rank + axis - 2))
        return joined(left.shape[:-2], right.shape[:-2])

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: elements of the result x K."""
        macs = outputs[0].size * inputs[0].shape[-1]
        return Cost(macs, 2 * macs)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX MatMul."""
        return (build.op("MatMul", site.inputs[0], site.inputs[1]),)
