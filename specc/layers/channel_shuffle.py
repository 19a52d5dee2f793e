"""Channels of several groups dealt out in turn."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Port
from specc.layers.common.attributes import POSITIVE, attribute, layer
from specc.layers.common.blocks import need_multiple, rearranged
from specc.layers.common.checks import need_rank
from specc.layers.common.movement import Movement
from specc.tensor.types import TensorType


@layer
class ChannelShuffle(Movement):
    """Channels of several groups dealt out in turn, so that the next grouped convolution sees all groups.

    Formula: y[n, k * groups + g, ...] = x[n, g * (C / groups) + k, ...]
    Source: Zhang et al. 2018 (ShuffleNet); torch.nn.ChannelShuffle; ONNX Reshape, Transpose
    Example:
        input x: float32[N, 12, H, W]
        y = x -> channel_shuffle(3)
    """

    name: ClassVar[str] = "channel_shuffle"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, ...]"),)

    groups: int = attribute(POSITIVE, "groups of channels")

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        need_rank(self.name, inputs[0], 2, 15, "[N, C, ...]")
        need_multiple(self.name, inputs[0], 1, self.groups)
        return (inputs[0],)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Reshape, Transpose, Reshape."""
        shape = site.types[0].shape
        share = need_multiple(self.name, site.types[0], 1, self.groups)
        apart = (shape[0], self.groups, share, *shape[2:])
        return (rearranged(build, site, apart, (0, 2, 1, *range(3, len(apart)))),)
