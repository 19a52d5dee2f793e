"""Slices added at indices of an axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Elements
from specc.layers.common.attributes import INT, attribute, layer
from specc.layers.common.axes import need_equal, need_same_rank
from specc.layers.common.checks import need_axis, need_rank
from specc.layers.common.indices import need_inside
from specc.layers.common.scattering import Scattering, scattered
from specc.layers.common.stretching import stretched
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class IndexAdd(Scattering):
    """A tensor with slices added at indices of an axis; those of one index are summed. An index outside the axis fails
    when the model runs.

    Formula: y[index[j], k] = x[index[j], k] + sum of src[j, k] for axis 0
    Source: torch.index_add; ONNX Reshape, Expand, ScatterElements
    Example:
        input nodes: float32[100, 16]
        input targets: int64[E]
        input messages: float32[E, 16]
        y = index_add(nodes, targets, messages, axis=0)
    """

    name: ClassVar[str] = "index_add"

    axis: int = attribute(INT, "axis that the indices count along", default=0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        self.need_types(inputs, "add")
        tensor, index, source = inputs[0], inputs[1], inputs[2]
        need_rank(self.name, index, 1, 1, "[indices]", 1)
        need_same_rank(self.name, Arguments(self.ports, (tensor, source)))
        counted = need_axis(self.name, tensor, self.axis)
        for axis, given in enumerate(source.shape):
            if axis == counted:
                what, size, blame = "the length of `index`", index.shape[0], Blame(1, 0)
            else:
                what, size, blame = f"axis {axis} of the tensor", tensor.shape[axis], Blame(0, axis)
            need_equal(self.name, f"axis {axis} of `src` and {what}", size, given, blame, Blame(2, axis))
        return (tensor,)

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Indices that are written down lie inside the axis."""
        need_inside(inputs[0], need_axis(self.name, inputs[0], self.axis), known.get(1))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX ScatterElements, with the indices repeated over all other axes."""
        type_ = site.types[2]
        axis = need_axis(self.name, type_, self.axis)
        apart = tuple(dim if at == axis else 1 for at, dim in enumerate(type_.shape))
        index = build.reshape(site.inputs[1], site.types[1].shape, apart)
        index = stretched(build, index, apart, type_.shape, DType.INT64)
        return (scattered(build, site, "ScatterElements", index, site.inputs[2], "add", {"axis": axis}),)
