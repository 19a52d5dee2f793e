"""Relative position bias inside a window of an image."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial, Normal
from specc.ir.operation import Arguments, Port, WeightSpec
from specc.layers.arange import counted
from specc.layers.common.attributes import POSITIVE, attribute, layer, one_or_several, optional
from specc.layers.common.checks import per_axis
from specc.layers.common.initializers import INITIAL
from specc.layers.common.movement import Movement
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class WindowPositionBias(Movement):
    """A learned bias of the scores of attention inside a window of Wh x Ww places, by their distance along both axes.

    Formula: y[h, i, j] = table[(row_i - row_j + Wh - 1) * (2 Ww - 1) + column_i - column_j + Ww - 1, h]
    Source: Liu et al. 2021, arXiv:2103.14030 (Swin)
    Example:
        input windows: float32[N, 49, 96]
        y = attention(windows, num_heads=3, score_bias=window_position_bias(7, 3) as relative_position_bias)
    """

    name: ClassVar[str] = "window_position_bias"
    ports: ClassVar[tuple[Port, ...]] = ()

    window: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "height and width of the window")
    num_heads: int = attribute(POSITIVE, "number of heads")
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the table", default=None)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`relative_position_bias_table` [(2 Wh - 1) (2 Ww - 1), heads]."""
        height, width = self._sizes()
        shape = ((2 * height - 1) * (2 * width - 1), self.num_heads)
        return (WeightSpec("relative_position_bias_table", shape, self.init or Normal(0.02, 0.0, 2.0)),)

    def _sizes(self) -> tuple[int, int]:
        height, width = per_axis(self.name, "window", self.window, 2)
        return height, width

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[heads, Wh Ww, Wh Ww], float32."""
        height, width = self._sizes()
        return (TensorType(DType.FLOAT32, (self.num_heads, height * width, height * width)),)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Gather of a row for each pair of places."""
        height, width = self._sizes()
        down, along = _differences(build, height), _differences(build, width)
        down = build.op("Mul", down, build.scalar(2 * width - 1, DType.INT64))
        down, along = build.op("Unsqueeze", down, build.ints(1, 3)), build.op("Unsqueeze", along, build.ints(0, 2))
        places = build.op("Add", down, along)
        rows = build.op("Gather", site.weights["relative_position_bias_table"], places, axis=0)
        area = height * width
        apart = build.op("Reshape", rows, build.ints(area, area, self.num_heads))
        return (build.op("Transpose", apart, perm=(2, 0, 1)),)


def _differences(build: Builder, size: int) -> str:
    """[size, size]: i - j + size - 1."""
    count = counted(build, size)
    ahead = build.op("Add", build.op("Unsqueeze", count, build.ints(1)), build.scalar(size - 1, DType.INT64))
    return build.op("Sub", ahead, count)
