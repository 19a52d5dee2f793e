"""Instance normalisation."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant
from specc.ir.operation import Arguments, Cost, Operation, Port, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE_NUMBER, attribute, layer
from specc.layers.common.checks import need_number, need_rank
from specc.layers.common.element_types import SINGLE
from specc.layers.common.normalization import affine_weights, running_statistics, standardized
from specc.tensor.types import TensorType


@layer
class InstanceNorm(Operation):
    """Mean 0 and variance 1 over the positions of each channel of each sample. With `track_running_stats` the running
    mean and variance of each channel take the place of the sample's.

    Formula: y = (x - mean) / sqrt(variance + eps), with `affine` also * weight[c] + bias[c]
    Source: Ulyanov et al. 2016; torch.nn.InstanceNorm1d, InstanceNorm2d, InstanceNorm3d; ONNX InstanceNormalization,
        BatchNormalization
    Example:
        input x: float32[N, 64, H, W]
        y = x -> instancenorm
    """

    name: ClassVar[str] = "instancenorm"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C, L], [N, C, H, W] or [N, C, D, H, W]"),)

    eps: float = attribute(POSITIVE_NUMBER, "added to the variance", default=1e-5)
    affine: bool = attribute(BOOL, "whether there are a weight and a bias", default=False)
    track_running_stats: bool = attribute(BOOL, "whether running statistics are stored and used", default=False)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` and `bias`, and the buffers `running_mean` and `running_var`, each [C]."""
        SINGLE.need(self.name, inputs[0])
        need_rank(self.name, inputs[0], 3, 5, "[N, C, ...]")
        if not self.affine and not self.track_running_stats:
            return ()
        channels, dtype = need_number(self.name, inputs[0], 1), inputs[0].dtype
        learnt = affine_weights(channels, dtype) if self.affine else ()
        return (*learnt, *running_statistics(channels, dtype)) if self.track_running_stats else learnt

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element five (two sums, difference, square, product), two more for the weight and the bias; two in
        all where the statistics are stored."""
        if self.track_running_stats:
            return Cost(0, 2 * outputs[0].size)
        return Cost(0, (7 if self.affine else 5) * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX InstanceNormalization; its parts where the number of channels is a symbol."""
        tensor, channels, dtype = site.inputs[0], site.types[0].shape[1], site.types[0].dtype
        if not isinstance(channels, int):
            return (standardized(build, tensor, tuple(range(2, site.types[0].rank)), self.eps, dtype),)
        if self.affine:
            weight, bias = site.weights["weight"], site.weights["bias"]
        else:
            weight, bias = (build.table("filled", Constant(value), dtype, (channels,)) for value in (1.0, 0.0))
        if self.track_running_stats:
            statistics = (site.weights["running_mean"], site.weights["running_var"])
            return (build.op("BatchNormalization", tensor, weight, bias, *statistics, epsilon=self.eps),)
        return (build.op("InstanceNormalization", tensor, weight, bias, epsilon=self.eps),)
