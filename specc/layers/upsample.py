"""Interpolation by a factor."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from struct import pack, unpack
from typing import ClassVar, TypeAlias

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import BOOL, POSITIVE_NUMBER, attribute, layer, one_or_several
from specc.layers.common.errors import WrongAxisCount
from specc.layers.common.errors_images import FactorNotExact
from specc.layers.common.errors_tensor import MayBeEmpty
from specc.layers.common.interpolation import MODE, blended, need_image, picked, picks, repeated, resize_flops
from specc.layers.common.pooling import POOL_PORTS
from specc.tensor.dims import Dim, at_least, floordiv
from specc.tensor.types import TensorType

Factor: TypeAlias = float | tuple[float, ...]
_FINE = 1 << 16
"""Largest denominator of a factor whose product with a size has no rounding, in float64 and in float32."""


@layer
class Upsample(Operation):
    """The spatial dims enlarged, or made smaller, by a factor: `floor(size * scale)` elements each.

    Formula: nearest: y[..., i] = x[..., floor(i / scale)]; nearest_exact: x[..., floor((i + 1/2) / scale)]; linear:
        between the neighbours of (i + 1/2) / scale - 1/2; bicubic: of four neighbours
    Source: torch.nn.Upsample, torch.nn.functional.interpolate with `scale_factor`; ONNX Resize, Gather
    Example:
        input x: float32[N, 64, H, W]
        y = x -> upsample(2, mode=bilinear)
    """

    name: ClassVar[str] = "upsample"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS

    scale: Factor = attribute(one_or_several(POSITIVE_NUMBER), "factor of each spatial dim")
    mode: str = attribute(MODE, "how elements in between are made", default="nearest")
    align_corners: bool = attribute(BOOL, "whether the outer elements stay at the corners", default=False)

    def _scales(self, axes: int) -> tuple[float, ...]:
        scales = self.scale if isinstance(self.scale, tuple) else (self.scale,) * axes
        if len(scales) != axes:
            raise Rejected(WrongAxisCount(self.name, "scale", len(scales), axes), Blame(0))
        return scales

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, ...], each spatial dim times its factor, rounded down."""
        tensor = inputs[0]
        scales = self._scales(need_image(self.name, inputs, self.mode, self.align_corners))
        sizes = tuple(self._size(tensor.shape[axis], scale, axis) for axis, scale in enumerate(scales, 2))
        return (tensor.with_shape((*tensor.shape[:2], *sizes)),)

    def _size(self, size: Dim, scale: float, axis: int) -> Dim:
        exact = Fraction(scale)
        if isinstance(size, int):
            made: Dim = floor(size * scale)
        elif exact.denominator > _FINE:
            raise Rejected(FactorNotExact(scale, size), Blame(0, axis))
        else:
            made = floordiv(size * exact.numerator, exact.denominator)
        if not at_least(made, 1):
            raise Rejected(MayBeEmpty(self.name, made, axis), Blame(0, axis))
        return made

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A multiplication and an addition for each neighbour that takes part."""
        return Cost(0, resize_flops(self.mode, outputs[0]))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Resize; where elements are picked by a factor that is no whole number, Gather on each axis."""
        tensor, given, made = site.inputs[0], site.types[0].shape, site.outputs[0].shape
        scales = self._scales(len(made) - 2)
        if not picks(self.mode):
            fitting = tuple(_fitting(*sizes) for sizes in zip(scales, given[2:], made[2:], strict=True))
            return (blended(build, site, self.mode, self.align_corners, fitting),)
        if all(scale.is_integer() for scale in scales):
            return (repeated(build, tensor, scales),)
        for axis, scale in enumerate(scales, 2):
            exact = Fraction(scale)
            if exact != 1:
                tensor = picked(build, tensor, axis, made[axis], exact.denominator, exact.numerator, self.mode)
        return (tensor,)


def _fitting(scale: float, size: Dim, wanted: Dim) -> float:
    """The float32 next to `scale` with which Resize makes as many elements as wanted: the runtime rounds the product
    to float32, ONNX's shape inference does not."""
    if isinstance(size, int):
        for step in (0, *range(-4, 5)):
            near = _single(scale * (1 + step * 2.0**-23))
            if floor(_single(near * size)) == floor(near * size) == wanted:
                return near
    return scale


def _single(number: float) -> float:
    rounded: tuple[float] = unpack("f", pack("f", number))
    return rounded[0]
