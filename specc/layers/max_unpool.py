"""Maximum pooling undone: values put back to where they lay."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected
from specc.layers.common.attributes import (
    DIM,
    NON_NEGATIVE,
    POSITIVE,
    attribute,
    layer,
    one_or_several,
    optional,
    several,
)
from specc.layers.common.axes import need_equal
from specc.layers.common.checks import need_rank, per_axis
from specc.layers.common.element_types import FLOATS
from specc.layers.common.errors import WrongAxisCount, WrongDtype
from specc.layers.common.errors_windows import UnpooledSize
from specc.layers.full import filled
from specc.tensor.dims import Dim, at_least, product
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType


@layer
class MaxUnpool(Operation):
    """Values put back to where `maxpool(..., return_indices=true)` found them, with zeros everywhere else.

    An index outside a channel of the result fails when the model runs. Of two values with one index the last counts.

    Formula: y[n, c, indices[n, c, p]] = x[n, c, p], else 0
    Source: torch.nn.MaxUnpool1d, MaxUnpool2d, MaxUnpool3d; ONNX ScatterElements
    Example:
        input image: float32[N, 64, H, W]
        require H >= 2 and W >= 2
        y, indices = image -> maxpool(2, return_indices=true)
        z = max_unpool(y, indices, 2, output_size=[H, W])
    """

    name: ClassVar[str] = "max_unpool"
    ports: ClassVar[tuple[Port, ...]] = (
        Port("input", doc="[N, C, L], [N, C, H, W] or [N, C, D, H, W]"),
        Port("indices", doc="of the same shape, int64: indices among the positions of a channel of the result"),
    )

    kernel: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "size of the window")
    stride: int | tuple[int, ...] | None = attribute(
        optional(one_or_several(POSITIVE)), "step of the window; that of its size where it is none", default=None
    )
    padding: int | tuple[int, ...] = attribute(
        one_or_several(NON_NEGATIVE), "padding that was around the input", default=0
    )
    output_size: tuple[Dim, ...] | None = attribute(
        optional(several(DIM)), "spatial size of the result, where it is not the smallest that fits", default=None
    )

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, C, ...]: each spatial dim is `(size - 1) * stride - 2 * padding + kernel`, or what `output_size` says."""
        tensor, indices = inputs[0], inputs[1]
        FLOATS.need(self.name, tensor)
        need_rank(self.name, tensor, 3, 5, "[N, C, ...]")
        if indices.dtype is not DType.INT64:
            raise Rejected(WrongDtype(self.name, "indices of type int64", str(indices)), Blame(1))
        need_rank(self.name, indices, tensor.rank, tensor.rank, "those of the values", 1)
        for axis, (left, right) in enumerate(zip(tensor.shape, indices.shape, strict=True)):
            need_equal(self.name, "values and indices", left, right, Blame(0, axis), Blame(1, axis))
        return (tensor.with_shape((*tensor.shape[:2], *self._sizes(tensor))),)

    def _sizes(self, tensor: TensorType) -> tuple[Dim, ...]:
        axes = tensor.rank - 2
        kernel = per_axis(self.name, "kernel", self.kernel, axes)
        stride = kernel if self.stride is None else per_axis(self.name, "stride", self.stride, axes)
        padding = per_axis(self.name, "padding", self.padding, axes)
        each = zip(tensor.shape[2:], kernel, stride, padding, strict=True)
        least = tuple((size - 1) * s - 2 * p + k for size, k, s, p in each)
        wanted = least if self.output_size is None else self.output_size
        if len(wanted) != axes:
            raise Rejected(WrongAxisCount(self.name, "output_size", len(wanted), axes), Blame(0))
        for axis, (size, small, step) in enumerate(zip(wanted, least, stride, strict=True), 2):
            near = at_least(size, small - step + 1) and at_least(small + step - 1, size)
            if not near or not at_least(size, 1):
                raise Rejected(UnpooledSize(size, small, step, axis), Blame(0, axis))
        return wanted

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """No arithmetic."""
        return Cost()

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX ScatterElements into zeros, the positions of a channel being one axis."""
        given, made = site.types[0].shape, site.outputs[0].shape
        row, long = (*given[:2], product(given[2:])), (*made[:2], product(made[2:]))
        values, indices = (build.reshape(name, given, row) for name in site.inputs)
        zeros = build.reshape(filled(build, 0.0, site.outputs[0]), made, long)
        return (build.reshape(build.op("ScatterElements", zeros, indices, values, axis=2), long, made),)
