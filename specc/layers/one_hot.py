"""A 1 at the place of each index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Elements, Port, Rejected
from specc.layers.arange import counted
from specc.layers.cast import converted
from specc.layers.common.attributes import DIM, DTYPE, attribute, layer
from specc.layers.common.axes import need_sizes
from specc.layers.common.element_types import INDICES
from specc.layers.common.errors_selection import ClassOutside
from specc.layers.common.movement import Movement
from specc.tensor.dims import Dim, at_least
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class OneHot(Movement):
    """1 at the place that each index names in a new last axis, 0 at all others. An index outside the classes gives
    zeros.

    Formula: y[..., j] = 1 where x[...] = j, else 0
    Source: torch.nn.functional.one_hot, jax.nn.one_hot; ONNX Range, Equal, Cast
    Example:
        input labels: int64[N]
        y = labels -> one_hot(10, float32)
    """

    name: ClassVar[str] = "one_hot"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="indices of any shape, int64 or int32", index=True),)

    num_classes: Dim = attribute(DIM, "size of the new axis")
    dtype: DType = attribute(DTYPE, "element type of the result", default=DType.INT64)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[..., num_classes]."""
        INDICES.need(self.name, inputs[0])
        need_sizes(self.name, (self.num_classes,))
        return (TensorType(self.dtype, (*inputs[0].shape, self.num_classes)),)

    def check_elements(self, inputs: Arguments[TensorType], known: Mapping[int, Elements]) -> None:
        """Indices that are written down are among the classes."""
        for index in known[0].written if 0 in known else ():
            if index < 0 or not at_least(self.num_classes, index + 1):
                raise Rejected(ClassOutside(index, self.num_classes))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Equal of the indices and the classes."""
        classes = counted(build, self.num_classes)
        if site.types[0].dtype is not DType.INT64:
            classes = converted(build, classes, site.types[0].dtype)
        same = build.op("Equal", build.op("Unsqueeze", site.inputs[0], build.ints(-1)), classes)
        return (same if self.dtype is DType.BOOL else converted(build, same, self.dtype),)
