"""A tensor cut into parts along an axis."""

from __future__ import annotations

from typing import ClassVar

from specc.base.work import spend
from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Rejected
from specc.layers.common.attributes import DIM, INT, POSITIVE, Kind, Raw, attribute, layer
from specc.layers.common.axes import need_sizes
from specc.layers.common.checks import need_axis
from specc.layers.common.errors_movement import DoesNotSplit
from specc.layers.common.movement import Rearrangement
from specc.tensor.dims import Dim, at_least, exact_quotient, total
from specc.tensor.types import TensorType


def _sections(raw: Raw) -> int | tuple[Dim, ...]:
    spend(raw if isinstance(raw, int) else 0)
    return tuple(DIM.convert(item) for item in raw) if isinstance(raw, tuple) else POSITIVE.convert(raw)


SECTIONS: Kind[int | tuple[Dim, ...]] = Kind("a number of equal parts, or a list with the size of each part", _sections)


@layer
class Split(Rearrangement):
    """A tensor cut into parts along an axis, by default that of the channels.

    An integer is the number of equal parts, a list has the size of each.

    Formula: x = [y0, y1, ...] along the axis
    Source: torch.chunk, torch.split; ONNX Split
    Example:
        input x: float32[N, 48, T]
        a, b = split(x, 2)
    """

    name: ClassVar[str] = "split"

    sections: int | tuple[Dim, ...] = attribute(SECTIONS, "number of equal parts, or their sizes")
    axis: int = attribute(INT, "axis along which it is cut", default=1)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """One result for each part."""
        tensor = inputs[0]
        axis = need_axis(self.name, tensor, self.axis)
        shape = tensor.shape
        return tuple(
            tensor.with_shape((*shape[:axis], size, *shape[axis + 1 :])) for size in self._sizes(shape[axis], axis)
        )

    def _sizes(self, size: Dim, axis: int) -> tuple[Dim, ...]:
        if isinstance(self.sections, int):
            part = exact_quotient(size, self.sections)
            sizes: tuple[Dim, ...] = () if part is None else (part,) * self.sections
        else:
            sizes = self.sections
            need_sizes(self.name, sizes)
        if not sizes or total(sizes) != size:
            raise Rejected(DoesNotSplit(size, self.sections), Blame(0, axis))
        return sizes

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Split, with the sizes of the parts where they may be 0, which a number of parts does not allow."""
        axis = need_axis(self.name, site.types[0], self.axis)
        count = len(site.outputs)
        if count == 1:
            return (site.inputs[0],)
        if isinstance(self.sections, int) and at_least(site.outputs[0].shape[axis], 1):
            return build.ops("Split", (site.inputs[0],), count, attributes={"axis": axis, "num_outputs": count})
        sizes = build.shape(tuple(output.shape[axis] for output in site.outputs))
        return build.ops("Split", (site.inputs[0], sizes), count, attributes={"axis": axis})
