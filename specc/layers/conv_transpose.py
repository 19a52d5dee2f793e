"""Transposed convolution over one, two or three spatial axes."""

from __future__ import annotations

from dataclasses import replace
from math import prod
from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected, WeightSpec
from specc.layers.common.attributes import BOOL, NON_NEGATIVE, POSITIVE, attribute, layer, one_or_several, optional
from specc.layers.common.borders import bordered
from specc.layers.common.checks import need_number, need_rank, per_axis
from specc.layers.common.element_types import SINGLE
from specc.layers.common.errors import GroupsDoNotDivide
from specc.layers.common.errors_vision import OutputPaddingTooLarge, TransposedOutputTooSmall
from specc.layers.common.initializers import INITIAL, fan_in_uniform
from specc.layers.common.pooling import POOL_PORTS, pads
from specc.layers.common.reparametrized import (
    Reparametrized,
    spectral_norm_attribute,
    weight_norm_attribute,
    weight_norm_dim_attribute,
)
from specc.layers.common.windows import PADS, Padding, Window, windows
from specc.tensor.dims import Dim, at_least
from specc.tensor.types import TensorType


@layer
class ConvTranspose(Operation):
    """Transposed convolution of `[N, C, ...]`: the gradient of a convolution, which enlarges by the stride.

    Formula: y[n, o, stride * p + dilation * k - padding] += weight[c, o, k] * x[n, c, p], then + bias[o]
    Source: torch.nn.ConvTranspose1d, ConvTranspose2d, ConvTranspose3d; ONNX ConvTranspose
    Example:
        input x: float32[N, 64, 16, 16]
        y = x -> conv_transpose(32, 2, stride=2) as up
    """

    name: ClassVar[str] = "conv_transpose"
    ports: ClassVar[tuple[Port, ...]] = POOL_PORTS

    out: int = attribute(POSITIVE, "channels of the output")
    kernel: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "size of the kernel")
    stride: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step in the output", default=1)
    padding: Padding = attribute(PADS, "elements that are cut off the output at both ends", default=0)
    output_padding: int | tuple[int, ...] = attribute(
        one_or_several(NON_NEGATIVE), "elements that are added to the output at the end", default=0
    )
    groups: int = attribute(POSITIVE, "groups of channels that are convolved apart", default=1)
    dilation: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step inside the window", default=1)
    bias: bool = attribute(BOOL, "whether a bias is added", default=True)
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the weight", default=None)
    weight_norm: bool = weight_norm_attribute()
    weight_norm_dim: int | None = weight_norm_dim_attribute()
    spectral_norm: bool = spectral_norm_attribute()

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [C, out / groups, kernel...] or what it is made of, and `bias` [out]."""
        weight = self._weight(inputs)
        bias = WeightSpec("bias", (self.out,), fan_in_uniform(weight.fan_in), dtype=weight.dtype)
        stored = self._how().specs(self.name, weight)
        return (*stored, bias) if self.bias else stored

    def _how(self) -> Reparametrized:
        return Reparametrized(self.weight_norm, self.weight_norm_dim, self.spectral_norm, 1)

    def _weight(self, inputs: Arguments[TensorType]) -> WeightSpec:
        need_rank(self.name, inputs[0], 3, 5, "[N, C, ...]")
        SINGLE.need(self.name, inputs[0])
        dtype = inputs[0].dtype
        channels = need_number(self.name, inputs[0], 1)
        for side, count in (("input", channels), ("output", self.out)):
            if count % self.groups:
                raise Rejected(GroupsDoNotDivide(self.groups, count, side), Blame(0, 1))
        kernel = per_axis(self.name, "kernel", self.kernel, inputs[0].rank - 2)
        fan_in, fan_out = self.out // self.groups * prod(kernel), channels // self.groups * prod(kernel)
        initial = self.init or fan_in_uniform(fan_in)
        shape = (channels, self.out // self.groups, *kernel)
        return WeightSpec("weight", shape, initial, dtype=dtype, fan_in=fan_in, fan_out=fan_out)

    def _windows(self, axes: int) -> tuple[tuple[Window, int], ...]:
        made = windows(self.name, axes, self.kernel, self.stride, self.padding, self.dilation)
        return tuple(zip(made, per_axis(self.name, "output_padding", self.output_padding, axes), strict=True))

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, out, ...]: each spatial dim is `(size - 1) * stride - padding + extent + output_padding`."""
        tensor = inputs[0]
        sizes: list[Dim] = []
        for axis, (window, extra) in enumerate(self._windows(tensor.rank - 2), 2):
            if extra >= max(window.stride, window.dilation):
                raise Rejected(OutputPaddingTooLarge(extra, window.stride, window.dilation), Blame(0, axis))
            size = (tensor.shape[axis] - 1) * window.stride - window.before - window.after + window.extent + extra
            if not at_least(tensor.shape[axis], 1) or not at_least(size, 1):
                raise Rejected(TransposedOutputTooSmall(size, axis), Blame(0, axis))
            sizes.append(size)
        return (tensor.with_shape((tensor.shape[0], self.out, *sizes)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: elements of the input x out / groups x window."""
        macs = inputs[0].size * prod(self._weight(inputs).shape[1:])
        return Cost(macs, 2 * macs + (outputs[0].size if self.bias else 0))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX ConvTranspose. The runtime takes no output padding of a stride or more: then there are zeros behind the
        input, and the output is cut off where it shall end."""
        both, tensor, rank = self._windows(site.types[0].rank - 2), site.inputs[0], site.types[0].rank
        behind = [-(-extra // window.stride) if extra >= window.stride else 0 for window, extra in both]
        if any(behind):
            tensor = bordered(build, tensor, rank, [(0, count) for count in behind], None)
            both = tuple(_shifted(window, extra, count) for (window, extra), count in zip(both, behind, strict=True))
        made = tuple(window for window, _ in both)
        return (
            build.op(
                "ConvTranspose",
                tensor,
                self._how().emit(build, site, self._weight(site.types).shape),
                site.weights.get("bias"),
                kernel_shape=tuple(w.kernel for w in made),
                strides=tuple(w.stride for w in made),
                dilations=tuple(w.dilation for w in made),
                pads=pads(made),
                output_padding=tuple(extra for _, extra in both),
                group=self.groups,
            ),
        )


def _shifted(window: Window, extra: int, behind: int) -> tuple[Window, int]:
    """The window and the output padding that give the same output for an input with so many elements more."""
    return (replace(window, after=window.after + behind * window.stride - extra), 0) if behind else (window, extra)
