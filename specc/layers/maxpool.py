"""Maximum pooling."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Cost, Operation, Port
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, layer, one_or_several, optional
from specc.layers.common.borders import Borders, bordered
from specc.layers.common.element_types import FLOATS
from specc.layers.common.pooling import POOL_PORTS, pads, pool_cost, pool_windows, pooled, unpadded
from specc.layers.common.windows import PADDING, Padding, Window, rounded_up
from specc.tensor.dims import Dim, product
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class MaxPool(Operation):
    """Maximum over a sliding window; what lies in the padding never wins.

    With `return_indices` there is a second result, where each maximum lay: its index among all positions of its
    channel, in row-major order, as `max_unpool` takes it.

    Formula: y[n, c, p] = max over k of x[n, c, stride * p + dilation * k - padding]
    Source: torch.nn.MaxPool1d, MaxPool2d, MaxPool3d; ONNX MaxPool
    Example:
        input image: float32[N, 64, 112, 112]
        y = image -> maxpool(3, stride=2, padding=1)
    """

    name: ClassVar[str] = "maxpool"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS
    primary: ClassVar[bool] = True

    kernel: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "size of the window")
    stride: int | tuple[int, ...] | None = attribute(
        optional(one_or_several(POSITIVE)), "step of the window; that of its size where it is none", default=None
    )
    padding: Padding = attribute(PADDING, "padding around the input", default=0)
    dilation: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step inside the window", default=1)
    ceil_mode: bool = attribute(BOOL, "whether a last window that reaches over the end counts", default=False)
    return_indices: bool = attribute(BOOL, "whether the indices of the maxima are a second result", default=False)

    def _windows(self, inputs: Arguments[TensorType]) -> tuple[Window, ...]:
        made = pool_windows(self.name, inputs, self.kernel, self.stride, self.padding, self.dilation, FLOATS)
        return rounded_up(made) if self.ceil_mode else made

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, ...], and int64 indices of that shape."""
        made = pooled(self.name, inputs[0], self._windows(inputs))
        return (made, made.with_dtype(DType.INT64)) if self.return_indices else (made,)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """One comparison for each element of each window."""
        return pool_cost(self._windows(inputs), outputs)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX MaxPool, after Pad where the runtime does not take the padding."""
        made, tensor, sizes = self._windows(site.types), site.inputs[0], site.types[0].shape[2:]
        borders = [(w.before, w.after) for w in made]
        padded = any(max(border) >= w.kernel for border, w in zip(borders, made, strict=True))
        if padded:
            lowest = build.scalar(float("-inf"), site.types[0].dtype)
            tensor = bordered(build, tensor, site.types[0].rank, borders, lowest)
            made = unpadded(made)
        attributes: dict[str, tuple[int, ...]] = {
            "kernel_shape": tuple(w.kernel for w in made),
            "strides": tuple(w.stride for w in made),
            "dilations": tuple(w.dilation for w in made),
            "pads": pads(made),
        }
        if not self.return_indices:
            return build.ops("MaxPool", (tensor,), 1, attributes=attributes)
        largest, indices = build.ops("MaxPool", (tensor,), 2, attributes=attributes)
        return largest, _in_plane(build, indices, sizes, borders if padded else [(0, 0)] * len(made))


def _in_plane(build: Builder, indices: str, sizes: tuple[Dim, ...], borders: Borders) -> str:
    """Indices among the positions of a channel, from ONNX's, which count over all channels and samples and over the
    borders that lie around each."""
    if not any(map(any, borders)):
        return build.op("Mod", indices, build.number(product(sizes)))
    place, total = indices, None
    step: Dim = 1
    for size, (before, after) in reversed(list(zip(sizes, borders, strict=True))):
        whole = build.dim(size + before + after)
        along = build.op("Sub", build.op("Mod", place, whole), build.ints(before))
        scaled = along if step == 1 else build.op("Mul", along, build.dim(step))
        total = scaled if total is None else build.op("Add", total, scaled)
        place, step = build.op("Div", place, whole), step * size
    assert total is not None
    return total
