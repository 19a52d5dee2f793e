"""Channels laid out as finer pixels."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Port
from specc.layers.common.attributes import POSITIVE, attribute, layer
from specc.layers.common.blocks import COLUMN_FIRST, emit_to_space, to_space
from specc.layers.common.movement import Movement
from specc.tensor.types import TensorType


@layer
class PixelShuffle(Movement):
    """Channels laid out as finer pixels: each group of r * r channels becomes a block of r by r pixels of one channel.

    Formula: y[n, c, r * h + i, r * w + j] = x[n, c * r^2 + r * i + j, h, w]
    Source: Shi et al. 2016; torch.nn.PixelShuffle; ONNX Reshape, Transpose
    Example:
        input x: float32[N, 12, H, W]
        y = x -> pixel_shuffle(2)
    """

    name: ClassVar[str] = "pixel_shuffle"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, H, W]"),)

    upscale_factor: int = attribute(POSITIVE, "side of a block, r")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C / r^2, r * H, r * W]."""
        return (to_space(self.name, inputs[0], self.upscale_factor),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Reshape, Transpose, Reshape."""
        return (emit_to_space(build, site, self.upscale_factor, COLUMN_FIRST),)
