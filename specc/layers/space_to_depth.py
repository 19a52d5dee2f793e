"""Blocks of positions laid out as channels."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Port
from specc.layers.common.attributes import POSITIVE, attribute, choice, layer
from specc.layers.common.blocks import COLUMN_FIRST, DEPTH_FIRST, emit_to_depth, to_depth
from specc.layers.common.movement import Movement
from specc.tensor.types import TensorType


@layer
class SpaceToDepth(Movement):
    """Blocks of positions laid out as channels, what `depth_to_space` of the same mode undoes.

    Formula: y[n, (b * i + j) * C + c, h, w] = x[n, c, b * h + i, b * w + j] for DCR
    Source: ONNX SpaceToDepth (its order is DCR), for every element type; Reshape, Transpose
    Example:
        input x: float32[N, 3, H, W]
        require H % 2 == 0 and W % 2 == 0
        y = x -> space_to_depth(2)
    """

    name: ClassVar[str] = "space_to_depth"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, H, W]"),)

    blocksize: int = attribute(POSITIVE, "side of a block, b")
    mode: str = attribute(choice(DEPTH_FIRST, COLUMN_FIRST), "order of the channels of the result", default=DEPTH_FIRST)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C * b^2, H / b, W / b]."""
        return (to_depth(self.name, inputs[0], self.blocksize),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Reshape, Transpose, Reshape."""
        return (emit_to_depth(build, site, self.blocksize, self.mode),)
