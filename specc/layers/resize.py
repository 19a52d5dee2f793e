"""Interpolation to a given size."""

from __future__ import annotations

from typing import ClassVar

from specc.base.work import spend
from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import BOOL, DIM, attribute, layer, several
from specc.layers.common.axes import need_some
from specc.layers.common.errors import WrongAxisCount
from specc.layers.common.errors_tensor import MayBeEmpty
from specc.layers.common.interpolation import MODE, need_image, resize_attributes, resize_flops
from specc.layers.common.pooling import POOL_PORTS
from specc.tensor.dims import Dim, at_least
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Resize(Operation):
    """Interpolation of the spatial dims to a given size.

    Formula: nearest: y[..., i] = x[..., floor(i * size / out)]; linear: between the neighbours of
        (i + 1/2) * size / out - 1/2
    Source: torch.nn.functional.interpolate; ONNX Resize, Gather
    Example:
        input x: float32[N, 64, H, W]
        y = x -> resize([2 * H, 2 * W], mode=bilinear)
    """

    name: ClassVar[str] = "resize"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS

    size: tuple[Dim, ...] = attribute(several(DIM), "spatial size of the output, one value for each axis")
    mode: str = attribute(MODE, "how elements in between are made", default="nearest")
    align_corners: bool = attribute(BOOL, "whether the outer elements stay at the corners", default=False)

    def _sizes(self, axes: int) -> tuple[Dim, ...]:
        sizes = self.size * axes if len(self.size) == 1 else self.size
        if len(sizes) != axes:
            raise Rejected(WrongAxisCount(self.name, "size", len(sizes), axes), Blame(0))
        return sizes

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, *size]."""
        tensor = inputs[0]
        sizes = self._sizes(need_image(self.name, inputs, self.mode))
        need_some(self.name, tensor, range(2, tensor.rank))
        for axis, size in enumerate(sizes, 2):
            if not at_least(size, 1):
                raise Rejected(MayBeEmpty(self.name, size, axis))
        return (tensor.with_shape((*tensor.shape[:2], *sizes)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A multiplication and an addition for each neighbour that takes part."""
        return Cost(0, resize_flops(self.mode, outputs[0]))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Resize; for nearest Gather on each axis, since Resize rounds some of the indices wrongly."""
        if self.mode == "nearest":
            return (self._nearest(build, site),)
        attributes = resize_attributes(self.mode, self.align_corners)
        sizes = build.shape(site.outputs[0].shape)
        return build.ops("Resize", (site.inputs[0], None, None, sizes), 1, attributes=attributes)

    def _nearest(self, build: Builder, site: Site) -> str:
        tensor, given, made = site.inputs[0], site.types[0].shape, site.outputs[0].shape
        for axis in range(2, len(made)):
            if given[axis] != made[axis]:
                tensor = build.op("Gather", tensor, _indices(build, given[axis], made[axis]), axis=axis)
        return tensor


def _indices(build: Builder, size: Dim, count: Dim) -> str:
    """`i * size // count` for each i below `count`."""
    if isinstance(size, int) and isinstance(count, int):
        spend(count)
        return build.ints(*(i * size // count for i in range(count)))
    axes = build.ints(0)
    zero, one = build.scalar(0, DType.INT64), build.scalar(1, DType.INT64)
    order = build.op("Range", zero, build.op("Squeeze", build.dim(count), axes), one)
    return build.op("Div", build.op("Mul", order, build.dim(size)), build.dim(count))
