"""Elements or slices at places that tuples of indices name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Elements, Port, Rejected
from specc.layers.cast import converted
from specc.layers.common.attributes import NON_NEGATIVE, attribute, layer
from specc.layers.common.axes import need_equal
from specc.layers.common.element_types import INDICES
from specc.layers.common.errors_selection import TooManyBatchDims
from specc.layers.common.indices import need_tuples, need_tuples_inside
from specc.layers.common.movement import Movement
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class GatherNd(Movement):
    """Elements or slices at the places that the last axis of the indices names: an index for each of the first axes. An
    index outside its axis fails when the model runs. The first `batch_dims` axes of both inputs go together.

    Formula: y[n, ...] = x[indices[n, 0], indices[n, 1], ...]
    Source: tf.gather_nd; ONNX GatherND
    Example:
        input image: float32[32, 32, 3]
        input places: int64[K, 2]
        y = gather_nd(image, places)
    """

    name: ClassVar[str] = "gather_nd"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input"),
        Port("indices", doc="int64 or int32, [..., axes]; negative from the end", index=True),
    )
    literals: ClassVar[bool] = True

    batch_dims: int = attribute(NON_NEGATIVE, "number of leading axes that both inputs share", default=0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The indices without their last axis, then the axes of the input that they do not count along."""
        tensor, indices = inputs[0], inputs[1]
        INDICES.need(self.name, indices, 1)
        if self.batch_dims >= min(tensor.rank, indices.rank):
            raise Rejected(TooManyBatchDims(self.batch_dims, tensor, indices), Blame(0), Blame(1))
        for axis in range(self.batch_dims):
            left, right = tensor.shape[axis], indices.shape[axis]
            need_equal(self.name, f"axis {axis} of both inputs", left, right, Blame(0, axis), Blame(1, axis))
        count = need_tuples(self.name, indices, tensor.rank - self.batch_dims)
        return (tensor.with_shape((*indices.shape[:-1], *tensor.shape[self.batch_dims + count :])),)

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Indices that are written down lie inside their axes."""
        need_tuples_inside(inputs[0], inputs[1], known.get(1), self.batch_dims)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX GatherND."""
        indices = site.inputs[1]
        if site.types[1].dtype is not DType.INT64:
            indices = converted(build, indices, DType.INT64)
        return (build.op("GatherND", site.inputs[0], indices, batch_dims=self.batch_dims),)
