"""Convolution over one, two or three spatial axes."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, choice, layer, one_or_several, optional
from specc.layers.common.borders import bordered, need_border
from specc.layers.common.checks import need_number, need_rank, per_axis
from specc.layers.common.element_types import SINGLE
from specc.layers.common.errors import GroupsDoNotDivide
from specc.layers.common.initializers import INITIAL, fan_in_uniform
from specc.layers.common.pooling import pads, unpadded
from specc.layers.common.reparametrized import (
    Reparametrized,
    spectral_norm_attribute,
    weight_norm_attribute,
    weight_norm_dim_attribute,
)
from specc.layers.common.windows import PADDING, Padding, Window, slide, windows
from specc.tensor.dims import product
from specc.tensor.types import TensorType

MODES = ("reflect", "replicate", "circular")


@layer
class Conv(Operation):
    """Convolution of `[N, C, ...]` over one, two or three spatial axes (cross-correlation, as in PyTorch).

    Formula: y[n, o, p] = bias[o] + sum over c, k of weight[o, c, k] * x[n, c, stride * p + dilation * k - padding]
    Source: torch.nn.Conv1d, Conv2d, Conv3d; ONNX Conv
    Example:
        input image: float32[N, 3, 224, 224]
        y = image -> conv(64, 7, stride=2, padding=3) as stem
    """

    name: ClassVar[str] = "conv"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, L], [N, C, H, W] or [N, C, D, H, W]"),)

    out: int = attribute(POSITIVE, "channels of the output")
    kernel: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "size of the kernel")
    stride: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step of the window", default=1)
    padding: Padding = attribute(PADDING, "elements around the input", default=0)
    dilation: int | tuple[int, ...] = attribute(one_or_several(POSITIVE), "step inside the window", default=1)
    groups: int = attribute(POSITIVE, "groups of channels that are convolved apart", default=1)
    bias: bool = attribute(BOOL, "whether a bias is added", default=True)
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the weight", default=None)
    padding_mode: str = attribute(choice("zeros", *MODES), "what the padding is made of", default="zeros")
    weight_norm: bool = weight_norm_attribute()
    weight_norm_dim: int | None = weight_norm_dim_attribute()
    spectral_norm: bool = spectral_norm_attribute()

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [out, C / groups, kernel...] or what it is made of, and `bias` [out]."""
        weight = self._weight(inputs)
        bias = WeightSpec("bias", (self.out,), fan_in_uniform(weight.fan_in), dtype=weight.dtype)
        stored = self._how().specs(self.name, weight)
        return (*stored, bias) if self.bias else stored

    def _how(self) -> Reparametrized:
        return Reparametrized(self.weight_norm, self.weight_norm_dim, self.spectral_norm, 0)

    def _weight(self, inputs: Arguments[TensorType]) -> WeightSpec:
        need_rank(self.name, inputs[0], 3, 5, "[N, C, ...]")
        SINGLE.need(self.name, inputs[0])
        dtype = inputs[0].dtype
        channels = need_number(self.name, inputs[0], 1)
        for side, count in (("input", channels), ("output", self.out)):
            if count % self.groups:
                raise Rejected(GroupsDoNotDivide(self.groups, count, side), Blame(0, 1))
        kernel = per_axis(self.name, "kernel", self.kernel, inputs[0].rank - 2)
        window = 1
        for size in kernel:
            window *= size
        fan_in, fan_out = channels // self.groups * window, self.out // self.groups * window
        initial = self.init or fan_in_uniform(fan_in)
        shape = (self.out, channels // self.groups, *kernel)
        return WeightSpec("weight", shape, initial, dtype=dtype, fan_in=fan_in, fan_out=fan_out)

    def _windows(self, axes: int) -> tuple[Window, ...]:
        return windows(self.name, axes, self.kernel, self.stride, self.padding, self.dilation)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[N, out, ...]."""
        tensor = inputs[0]
        made = self._windows(tensor.rank - 2)
        if self.padding_mode != "zeros":
            need_border(self.name, self.padding_mode, tensor, [(w.before, w.after) for w in made])
        sizes = slide(self.name, tensor, made)
        return (tensor.with_shape((tensor.shape[0], self.out, *sizes)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: elements of the output x C / groups x window."""
        weight = self._weight(inputs).shape
        macs = outputs[0].size * product(weight[1:])
        return Cost(macs, 2 * macs + (outputs[0].size if self.bias else 0))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Conv, after Pad where the padding is not of zeros."""
        made, tensor = self._windows(site.types[0].rank - 2), site.inputs[0]
        if self.padding_mode != "zeros" and any(pads(made)):
            borders = [(w.before, w.after) for w in made]
            tensor = bordered(build, tensor, site.types[0].rank, borders, None, self.padding_mode)
            made = unpadded(made)
        return (
            build.op(
                "Conv",
                tensor,
                self._how().emit(build, site, self._weight(site.types).shape),
                site.weights.get("bias"),
                kernel_shape=tuple(w.kernel for w in made),
                strides=tuple(w.stride for w in made),
                dilations=tuple(w.dilation for w in made),
                pads=pads(made),
                group=self.groups,
            ),
        )
