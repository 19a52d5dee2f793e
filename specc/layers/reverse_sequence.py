"""Sequences of their own lengths, each reversed."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Port, Rejected
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.checks import need_axis
from specc.layers.common.element_types import ANY
from specc.layers.common.errors_recurrent import SameAxis
from specc.layers.common.lengths import kept_lengths, need_lengths
from specc.layers.common.movement import Movement
from specc.tensor.types import TensorType


@layer
class ReverseSequence(Movement):
    """Each sequence of a batch reversed up to its own length; what is beyond stays where it is.

    Formula: y[n, t] = x[n, lengths[n] - 1 - t] if t < lengths[n] else x[n, t]
    Source: tf.reverse_sequence; ONNX ReverseSequence
    Example:
        input x: float32[N, T, 64]
        input lengths: int64[N]
        y = reverse_sequence(x, lengths)
    """

    name: ClassVar[str] = "reverse_sequence"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, T, ...]"),
        Port("lengths", doc="[N], int64 or int32, kept within 0 and T: where each sequence ends"),
    )

    axis: int = attribute(INT, "axis of the steps", default=1)
    batch_axis: int = attribute(INT, "axis of the sequences", default=0)

    def _axes(self, tensor: TensorType) -> tuple[int, int]:
        """Both axes counted from 0."""
        return need_axis(self.name, tensor, self.axis), need_axis(self.name, tensor, self.batch_axis)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        ANY.need(self.name, inputs[0])
        axis, batch = self._axes(inputs[0])
        if axis == batch:
            raise Rejected(SameAxis(self.name, axis), Blame(0, axis))
        need_lengths(self.name, inputs, batch)
        return (inputs[0],)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX ReverseSequence, whose two axes are the first; others are swapped with these before and after."""
        tensor = site.types[0]
        axis, batch = self._axes(tensor)
        lengths = kept_lengths(build, site.inputs[1], site.types[1].dtype, tensor.shape[axis])
        if {axis, batch} == {0, 1}:
            made = build.op("ReverseSequence", site.inputs[0], lengths, batch_axis=batch, time_axis=axis)
            return (made,)
        order = (batch, axis, *(other for other in range(tensor.rank) if other not in (axis, batch)))
        back = tuple(order.index(place) for place in range(tensor.rank))
        front = build.op("Transpose", site.inputs[0], perm=order)
        made = build.op("ReverseSequence", front, lengths, batch_axis=0, time_axis=1)
        return (build.op("Transpose", made, perm=back),)
