"""Tensors one after another along an axis."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Port
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.axes import need_equal, need_same_rank
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import ANY
from specc.layers.common.movement import Movement
from specc.tensor.dims import total
from specc.tensor.types import TensorType


@layer
class Concat(Movement):
    """Tensors one after another along an axis, by default that of the channels.

    Formula: y = [x0, x1, ...] along the axis
    Source: torch.cat; ONNX Concat
    Example:
        input a: float32[N, 16, H, W]
        input b: float32[N, 32, H, W]
        y = concat(a, b)
    """

    name: ClassVar[str] = "concat"
    ports: ClassVar[tuple[Port, ...]] = (Port("inputs", variadic=True),)

    axis: int = attribute(INT, "axis along which they are joined", default=1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The sizes along the axis added; all others have to be equal."""
        ANY.need_one(self.name, inputs)
        need_same_rank(self.name, inputs)
        first = inputs[0]
        joined = need_axis(self.name, first, self.axis)
        for port, tensor in enumerate(inputs):
            for axis in range(first.rank):
                if axis != joined:
                    blames = Blame(0, axis), Blame(port, axis)
                    need_equal(self.name, f"axis {axis} of all inputs", first.shape[axis], tensor.shape[axis], *blames)
        size = total(tensor.shape[joined] for tensor in inputs)
        return (first.with_shape((*first.shape[:joined], size, *first.shape[joined + 1 :])),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Concat."""
        axis = need_axis(self.name, site.types[0], self.axis)
        return (build.op("Concat", *site.inputs, axis=axis) if len(site.inputs) > 1 else site.inputs[0],)
