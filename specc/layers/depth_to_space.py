"""Channels laid out as blocks of positions."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Port
from specc.layers.common.attributes import POSITIVE, attribute, choice, layer
from specc.layers.common.blocks import COLUMN_FIRST, DEPTH_FIRST, emit_to_space, to_space
from specc.layers.common.movement import Movement
from specc.tensor.types import TensorType


@layer
class DepthToSpace(Movement):
    """Channels laid out as blocks of positions.

    In the mode DCR the channels of the input are (block, channel), in the mode CRD (channel, block), as in
    `pixel_shuffle`.

    Formula: y[n, c, b * h + i, b * w + j] = x[n, (b * i + j) * C + c, h, w] for DCR
    Source: ONNX DepthToSpace, for every element type; Reshape, Transpose
    Example:
        input x: float32[N, 12, H, W]
        y = x -> depth_to_space(2)
    """

    name: ClassVar[str] = "depth_to_space"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, H, W]"),)

    blocksize: int = attribute(POSITIVE, "side of a block, b")
    mode: str = attribute(choice(DEPTH_FIRST, COLUMN_FIRST), "order of the channels of the input", default=DEPTH_FIRST)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C / b^2, b * H, b * W]."""
        return (to_space(self.name, inputs[0], self.blocksize),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Reshape, Transpose, Reshape."""
        return (emit_to_space(build, site, self.blocksize, self.mode),)
