"""Elements or slices put at places that tuples of indices name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Elements, Rejected
from specc.layers.cast import converted
from specc.layers.common.attributes import attribute, layer
from specc.layers.common.axes import need_equal
from specc.layers.common.errors import WrongRank
from specc.layers.common.indices import need_tuples, need_tuples_inside
from specc.layers.common.scattering import REDUCE, Scattering, scattered
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class ScatterNd(Scattering):
    """A tensor with elements or slices put at the places that the last axis of the indices names: an index for each of
    the first axes.

    `reduce` joins what is there and all that comes, as in `scatter`. An index outside its axis fails when the model
    runs.

    Formula: y[index[n, 0], index[n, 1], ...] = src[n, ...]
    Source: tf.tensor_scatter_nd_update, torch.Tensor.index_put; ONNX ScatterND
    Example:
        input image: float32[32, 32, 3]
        input places: int64[K, 2]
        input colours: float32[K, 3]
        y = scatter_nd(image, places, colours)
    """

    name: ClassVar[str] = "scatter_nd"

    reduce: str = attribute(REDUCE, "how elements at one place are joined", default="none")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        self.need_types(inputs, self.reduce)
        tensor, index, source = inputs[0], inputs[1], inputs[2]
        count = need_tuples(self.name, index, tensor.rank)
        shape = (*index.shape[:-1], *tensor.shape[count:])
        if source.rank != len(shape):
            wanted = f"{len(shape)} dims in `src`, [{', '.join(map(str, shape))}]"
            raise Rejected(WrongRank(self.name, wanted, str(source)), Blame(2))
        for axis, (wanted_dim, given) in enumerate(zip(shape, source.shape, strict=True)):
            need_equal(self.name, f"axis {axis} of `src` and of the places", wanted_dim, given, Blame(2, axis))
        return (tensor,)

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Indices that are written down lie inside their axes."""
        need_tuples_inside(inputs[0], inputs[1], known.get(1))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX ScatterND."""
        index = site.inputs[1]
        if site.types[1].dtype is not DType.INT64:
            index = converted(build, index, DType.INT64)
        return (scattered(build, site, "ScatterND", index, site.inputs[2], self.reduce, {}),)
