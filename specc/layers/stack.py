"""Tensors of one shape along a new axis."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Port
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.axes import need_equal, need_new_axes, need_same_rank
from specc.layers.common.element_types import ANY
from specc.layers.common.movement import Movement
from specc.tensor.types import TensorType


@layer
class Stack(Movement):
    """Tensors of one shape, one after another along a new axis.

    Formula: y[i, ...] = x_i[...]
    Source: torch.stack; ONNX Unsqueeze, Concat
    Example:
        input a: float32[N, 8]
        input b: float32[N, 8]
        y = stack(a, b, axis=1)
    """

    name: ClassVar[str] = "stack"
    ports: ClassVar[tuple[Port, ...]] = (Port("inputs", variadic=True),)

    axis: int = attribute(INT, "the new axis, in the result", default=0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The shape of the inputs and a dim for their number."""
        ANY.need_one(self.name, inputs)
        need_same_rank(self.name, inputs)
        first = inputs[0]
        for port, tensor in enumerate(inputs):
            for axis, (left, right) in enumerate(zip(first.shape, tensor.shape, strict=True)):
                blames = Blame(0, axis), Blame(port, axis)
                need_equal(self.name, f"axis {axis} of all inputs", left, right, *blames)
        (axis,) = need_new_axes(self.name, first, (self.axis,))
        return (first.with_shape((*first.shape[:axis], len(inputs), *first.shape[axis:])),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Unsqueeze of each, and Concat."""
        (axis,) = need_new_axes(self.name, site.types[0], (self.axis,))
        parts = [build.op("Unsqueeze", name, build.ints(axis)) for name in site.inputs]
        return (build.op("Concat", *parts, axis=axis) if len(parts) > 1 else parts[0],)
