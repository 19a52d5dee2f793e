"""Columns of a matrix summed up as windows over an image."""

from __future__ import annotations

from math import prod
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import DIM, NON_NEGATIVE, POSITIVE, attribute, layer, one_or_several, several
from specc.layers.common.axes import need_equal, need_some
from specc.layers.common.blocks import need_multiple
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import SINGLE
from specc.layers.common.errors import WrongAxisCount
from specc.layers.common.patches import columns, image_of, patch_windows
from specc.layers.common.pooling import pads
from specc.layers.common.windows import Window
from specc.tensor.dims import Dim
from specc.tensor.types import TensorType


@layer
class Fold(Operation):
    """Each column put back as a window over an image, elements that fall together summed (col2im).

    Formula: y[n, c, h, w] = sum of x[n, (c * KH + i) * KW + j, p * OW + q] over stride * p + dilation * i - padding = h
        and the same for w
    Source: torch.nn.Fold; ONNX Col2Im
    Example:
        input x: float32[N, 48, 64]
        y = x -> fold([32, 32], 4, stride=4)
    """

    name: ClassVar[str] = "fold"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C * window, places]"),)

    output_size: tuple[Dim, ...] = attribute(several(DIM), "height and width of the result")
    kernel: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "size of the window")
    dilation: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step inside the window", default=1)
    padding: int | tuple[int, ...] = attribute(one_or_several(NON_NEGATIVE), "border that is cut off", default=0)
    stride: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step of the window", default=1)

    def _windows(self) -> tuple[Window, ...]:
        return patch_windows(self.name, self.kernel, self.dilation, self.padding, self.stride)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, *output_size]."""
        SINGLE.need(self.name, inputs[0])
        need_rank(self.name, inputs[0], 3, 3, "[N, C * window, places]")
        size = self.output_size * 2 if len(self.output_size) == 1 else self.output_size
        if len(size) != 2:
            raise Rejected(WrongAxisCount(self.name, "output_size", len(size), 2), Blame(0))
        made = self._windows()
        channels = need_multiple(self.name, inputs[0], 1, prod(w.kernel for w in made))
        image = image_of(inputs, size, channels)
        need_some(self.name, image, (1, 2, 3))
        places = columns(self.name, image, made)[2]
        need_equal(self.name, "columns and places of the window", inputs[0].shape[2], places, Blame(0, 2))
        return (image,)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """An addition for each element of the input."""
        return Cost(0, inputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Col2Im."""
        made = self._windows()
        return (
            build.op(
                "Col2Im",
                site.inputs[0],
                build.shape(site.outputs[0].shape[2:]),
                build.ints(*(w.kernel for w in made)),
                strides=tuple(w.stride for w in made),
                dilations=tuple(w.dilation for w in made),
                pads=pads(made),
            ),
        )
