"""Instance normalisation."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant
from specc.ir.operation import Arguments, Cost, Operation, Port, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE_NUMBER, attribute, layer
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import SINGLE
from specc.layers.common.normalization import standardized
from specc.tensor.types import TensorType


@layer
class InstanceNorm(Operation):
    """Mean 0 and variance 1 over the positions of each channel of each sample.

    Formula: y = (x - mean) / sqrt(variance + eps), with `affine` also * weight[c] + bias[c]
    Source: Ulyanov et al. 2016; torch.nn.InstanceNorm1d, InstanceNorm2d, InstanceNorm3d; ONNX InstanceNormalization
    Example:
        input x: float32[N, 64, H, W]
        y = x -> instancenorm
    """

    name: ClassVar[str] = "instancenorm"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, L], [N, C, H, W] or [N, C, D, H, W]"),)

    eps: float = attribute(POSITIVE_NUMBER, "added to the variance", default=1e-5)
    affine: bool = attribute(BOOL, "whether there are a weight and a bias", default=False)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` and `bias`, each [C]."""
        SINGLE.need(self.name, inputs[0])
        need_rank(self.name, inputs[0], 3, 5, "[N, C, ...]")
        if not self.affine:
            return ()
        shape = (need_number(self.name, inputs[0], 1),)
        weight = WeightSpec("weight", shape, Constant(1.0), dtype=inputs[0].dtype)
        return (weight, WeightSpec("bias", shape, dtype=inputs[0].dtype))

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element five (two sums, difference, square, product), two more for the weight and the bias."""
        return Cost(0, (7 if self.affine else 5) * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX InstanceNormalization; its parts where the number of channels is a symbol."""
        tensor, channels, dtype = site.inputs[0], site.types[0].shape[1], site.types[0].dtype
        if not isinstance(channels, int):
            return (standardized(build, tensor, tuple(range(2, site.types[0].rank)), self.eps, dtype),)
        if self.affine:
            weight, bias = site.weights["weight"], site.weights["bias"]
        else:
            weight, bias = (build.floats((value,) * channels, (channels,), dtype) for value in (1.0, 0.0))
        return (build.op("InstanceNormalization", tensor, weight, bias, epsilon=self.eps),)
