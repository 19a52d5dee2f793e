"""Windows over an image as columns of a matrix."""

from __future__ import annotations

from typing import ClassVar

from specc.base.work import spend
from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.arange import counted
from specc.layers.common.attributes import NON_NEGATIVE, POSITIVE, attribute, layer, one_or_several
from specc.layers.common.borders import bordered
from specc.layers.common.checks import need_rank
from specc.layers.common.element_types import FLOATS
from specc.layers.common.patches import columns, patch_windows
from specc.layers.common.windows import Window, slide
from specc.tensor.dims import Dim
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class Unfold(Operation):
    """Each window over an image as one column (im2col): the channels, in each the elements of the window row by row.

    Formula: y[n, (c * KH + i) * KW + j, p * OW + q] = x[n, c, stride * p + dilation * i - padding, ...]
    Source: torch.nn.Unfold; ONNX Pad, Gather, Transpose
    Example:
        input image: float32[N, 3, 32, 32]
        y = image -> unfold(4, stride=4)
    """

    name: ClassVar[str] = "unfold"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, H, W]"),)

    kernel: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "size of the window")
    dilation: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step inside the window", default=1)
    padding: int | tuple[int, ...] = attribute(one_or_several(NON_NEGATIVE), "zeros around the input", default=0)
    stride: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step of the window", default=1)

    def _windows(self) -> tuple[Window, ...]:
        return patch_windows(self.name, self.kernel, self.dilation, self.padding, self.stride)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C * window, places]."""
        FLOATS.need(self.name, inputs[0])
        need_rank(self.name, inputs[0], 4, 4, "[N, C, H, W]")
        return (inputs[0].with_shape(columns(self.name, inputs[0], self._windows())),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """No arithmetic."""
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Gather of the elements of all windows along each axis, and Transpose."""
        made, tensor, type_ = self._windows(), site.inputs[0], site.types[0]
        borders = [(w.before, w.after) for w in made]
        if any(map(any, borders)):
            tensor = bordered(build, tensor, 4, borders, None)
        height, width = slide(self.name, type_, made)
        for axis, (window, count) in enumerate(zip(made, (height, width), strict=True), 2):
            tensor = build.op("Gather", tensor, _places(build, window, count), axis=axis)
        rows, cols = (window.kernel for window in made)
        lead = type_.shape[:2]
        apart = (*lead, rows, height, cols, width)
        split = build.reshape(tensor, (*lead, rows * height, cols * width), apart)
        moved = build.op("Transpose", split, perm=(0, 1, 2, 4, 3, 5))
        return (build.reshape(moved, (*lead, rows, cols, height, width), site.outputs[0].shape),)


def _places(build: Builder, window: Window, count: Dim) -> str:
    """Index of each element of the window in each of its places, those of one element together."""
    spend(window.kernel * count if isinstance(count, int) else window.kernel)
    starts = tuple(window.dilation * element for element in range(window.kernel))
    if isinstance(count, int):
        return build.ints(*(start + window.stride * place for start in starts for place in range(count)))
    order = counted(build, count)
    column = build.floats(starts, (len(starts), 1), DType.INT64)
    grid = build.op("Add", column, build.op("Mul", order, build.ints(window.stride)))
    return build.op("Reshape", grid, build.ints(-1))
