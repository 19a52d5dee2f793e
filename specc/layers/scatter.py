"""Elements put along an axis at places that indices name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Elements, Rejected
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.axes import need_equal, need_same_rank
from specc.layers.common.checks import need_axis
from specc.layers.common.errors_selection import IndicesTooLarge
from specc.layers.common.indices import need_inside
from specc.layers.common.scattering import REDUCE, Scattering, scattered
from specc.tensor.dims import at_least
from specc.tensor.types import TensorType


@layer
class Scatter(Scattering):
    """A tensor with elements put at the places along an axis that a tensor of indices names.

    `reduce` joins what is there and all that comes by addition, multiplication, or as the largest or smallest of them;
    with `none` only one index may name a place, since of several any may win. `src` is of the shape of the indices, or
    one number for all. An index outside the axis fails when the model runs.

    Formula: y[i, index[i, j, k], k] = src[i, j, k] for axis 1
    Source: torch.scatter, torch.scatter_reduce with include_self; ONNX ScatterElements
    Example:
        input x: float32[N, 100]
        input places: int64[N, K]
        input values: float32[N, K]
        require K <= 100
        y = scatter(x, places, values, axis=1, reduce=add)
    """

    name: ClassVar[str] = "scatter"

    axis: int = attribute(INT, "axis that the indices count along", default=-1)
    reduce: str = attribute(REDUCE, "how elements at one place are joined", default="none")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        self.need_types(inputs, self.reduce)
        tensor, index, source = inputs[0], inputs[1], inputs[2]
        single = source.rank == 0 and index.rank > 0
        need_same_rank(self.name, Arguments(self.ports, (tensor, index) if single else inputs.items))
        counted = need_axis(self.name, tensor, self.axis)
        for axis in range(tensor.rank):
            if axis != counted and not at_least(tensor.shape[axis], index.shape[axis]):
                mistake = IndicesTooLarge(self.name, index.shape[axis], tensor.shape[axis], axis)
                raise Rejected(mistake, Blame(1, axis), Blame(0, axis))
            if not single:
                what, blames = f"axis {axis} of `index` and `src`", (Blame(1, axis), Blame(2, axis))
                need_equal(self.name, what, index.shape[axis], source.shape[axis], *blames)
        return (tensor,)

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Indices that are written down lie inside the axis."""
        need_inside(inputs[0], need_axis(self.name, inputs[0], self.axis), known.get(1))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX ScatterElements."""
        axis = need_axis(self.name, site.types[0], self.axis)
        source = site.inputs[2]
        if site.types[2].rank == 0:
            source = build.op("Expand", source, build.shape(site.types[1].shape))
        return (scattered(build, site, "ScatterElements", site.inputs[1], source, self.reduce, {"axis": axis}),)
