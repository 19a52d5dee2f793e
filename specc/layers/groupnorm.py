"""Group normalisation."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, Rejected, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE, POSITIVE_NUMBER, attribute, layer
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import SINGLE
from specc.layers.common.errors import GroupsDoNotDivide
from specc.layers.common.normalization import affine_weights
from specc.layers.common.stored import reshaped
from specc.tensor.dims import Dim, product
from specc.tensor.types import TensorType


@layer
class GroupNorm(Operation):
    """Mean 0 and variance 1 over each group of channels and all positions, then a weight and a bias for each channel.

    Formula: y = (x - mean) / sqrt(variance + eps) * weight[c] + bias[c]
    Source: Wu and He 2018; torch.nn.GroupNorm; ONNX Reshape, InstanceNormalization, Mul, Add
    Example:
        input x: float32[N, 64, H, W]
        y = x -> groupnorm(32) as norm
    """

    name: ClassVar[str] = "groupnorm"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, ...]"),)

    num_groups: int = attribute(POSITIVE, "groups of channels")
    eps: float = attribute(POSITIVE_NUMBER, "added to the variance", default=1e-5)
    affine: bool = attribute(BOOL, "whether there are a weight and a bias", default=True)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` and `bias`, each [C]."""
        SINGLE.need(self.name, inputs[0])
        need_rank(self.name, inputs[0], 2, 16, "[N, C, ...]")
        channels = need_number(self.name, inputs[0], 1)
        if channels % self.num_groups:
            raise Rejected(GroupsDoNotDivide(self.num_groups, channels, "input"), Blame(0, 1))
        if not self.affine:
            return ()
        return affine_weights(channels, inputs[0].dtype)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element five (two sums, difference, square, product), two more for the weight and the bias."""
        return Cost(0, (7 if self.affine else 5) * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX InstanceNormalization with the groups as channels, then Mul and Add."""
        shape, dtype, groups = site.types[0].shape, site.types[0].dtype, self.num_groups
        channels = need_number(self.name, site.types[0], 1)
        grouped: tuple[Dim, ...] = (shape[0], groups, channels // groups * product(shape[2:]))
        ones, zeros = (build.table("filled", Constant(value), dtype, (groups,)) for value in (1.0, 0.0))
        folded = build.reshape(site.inputs[0], shape, grouped)
        made = build.op("InstanceNormalization", folded, ones, zeros, epsilon=self.eps)
        result = build.reshape(made, grouped, shape)
        if not self.affine:
            return (result,)
        column = (channels, *(1,) * (len(shape) - 2))
        scaled = build.op("Mul", result, reshaped(build, site, "weight", column))
        return (build.op("Add", scaled, reshaped(build, site, "bias", column)),)
