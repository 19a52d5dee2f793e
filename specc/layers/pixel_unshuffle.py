"""Blocks of pixels laid out as channels."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Port
from specc.layers.common.attributes import POSITIVE, attribute, layer
from specc.layers.common.blocks import COLUMN_FIRST, emit_to_depth, to_depth
from specc.layers.common.movement import Movement
from specc.tensor.types import TensorType


@layer
class PixelUnshuffle(Movement):
    """Blocks of pixels laid out as channels, what `pixel_shuffle` undoes.

    Formula: y[n, c * r^2 + r * i + j, h, w] = x[n, c, r * h + i, r * w + j]
    Source: torch.nn.PixelUnshuffle; ONNX Reshape, Transpose
    Example:
        input x: float32[N, 3, H, W]
        require H % 2 == 0 and W % 2 == 0
        y = x -> pixel_unshuffle(2)
    """

    name: ClassVar[str] = "pixel_unshuffle"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, H, W]"),)

    downscale_factor: int = attribute(POSITIVE, "side of a block, r")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C * r^2, H / r, W / r]."""
        return (to_depth(self.name, inputs[0], self.downscale_factor),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Reshape, Transpose, Reshape."""
        return (emit_to_depth(build, site, self.downscale_factor, COLUMN_FIRST),)
