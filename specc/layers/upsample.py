"""Enlargement by whole factors."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, layer, one_or_several
from specc.layers.common.checks import per_axis
from specc.layers.common.interpolation import MODE, need_image, resize_attributes, resize_flops
from specc.layers.common.pooling import POOL_PORTS
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Upsample(Operation):
    """Enlargement of the spatial dims by whole factors.

    Formula: nearest: y[..., i] = x[..., floor(i / scale)]; linear: between the neighbours of (i + 1/2) / scale - 1/2
    Source: torch.nn.Upsample; ONNX Resize
    Example:
        input x: float32[N, 64, H, W]
        y = x -> upsample(2, mode=bilinear)
    """

    name: ClassVar[str] = "upsample"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS

    scale: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "factor of each spatial dim")
    mode: str = attribute(MODE, "how elements in between are made", default="nearest")
    align_corners: bool = attribute(BOOL, "whether the outer elements stay at the corners", default=False)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, ...], each spatial dim times its factor."""
        tensor = inputs[0]
        scales = per_axis(self.name, "scale", self.scale, need_image(self.name, inputs, self.mode))
        sizes = (size * scale for size, scale in zip(tensor.shape[2:], scales, strict=True))
        return (tensor.with_shape((*tensor.shape[:2], *sizes)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A multiplication and an addition for each neighbour that takes part."""
        return Cost(0, resize_flops(self.mode, outputs[0]))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Resize."""
        rank = site.types[0].rank
        scales = tuple(float(scale) for scale in per_axis(self.name, "scale", self.scale, rank - 2))
        factors = build.floats((1.0, 1.0, *scales), (rank,), DType.FLOAT32)
        attributes = resize_attributes(self.mode, self.align_corners)
        return build.ops("Resize", (site.inputs[0], None, factors), 1, attributes=attributes)
