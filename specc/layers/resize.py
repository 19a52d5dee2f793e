"""Interpolation to a given size."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import BOOL, DIM, attribute, layer, several
from specc.layers.common.errors import WrongAxisCount
from specc.layers.common.errors_tensor import MayBeEmpty
from specc.layers.common.interpolation import MODE, blended, need_image, picked, picks, resize_flops
from specc.layers.common.pooling import POOL_PORTS
from specc.tensor.dims import Dim, at_least
from specc.tensor.types import TensorType


@layer
class Resize(Operation):
    """Interpolation of the spatial dims to a given size.

    Formula: nearest: y[..., i] = x[..., floor(i * size / out)]; nearest_exact: x[..., floor((i + 1/2) * size / out)];
        linear: between the neighbours of (i + 1/2) * size / out - 1/2; bicubic: of four neighbours
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
        sizes = self._sizes(need_image(self.name, inputs, self.mode, self.align_corners))
        for axis, size in enumerate(sizes, 2):
            if not at_least(size, 1):
                raise Rejected(MayBeEmpty(self.name, size, axis))
        return (tensor.with_shape((*tensor.shape[:2], *sizes)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A multiplication and an addition for each neighbour that takes part."""
        return Cost(0, resize_flops(self.mode, outputs[0]))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Resize; where elements are only picked, Gather on each axis."""
        tensor, given, made = site.inputs[0], site.types[0].shape, site.outputs[0].shape
        if not picks(self.mode):
            return (blended(build, site, self.mode, self.align_corners),)
        for axis in range(2, len(made)):
            if given[axis] != made[axis]:
                tensor = picked(build, tensor, axis, made[axis], given[axis], made[axis], self.mode)
        return (tensor,)
