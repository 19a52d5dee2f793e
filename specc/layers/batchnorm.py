"""Batch normalisation with the running statistics."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant
from specc.ir.operation import Arguments, Cost, Operation, Port, WeightSpec
from specc.layers.common.attributes import BOOL, FLOAT, POSITIVE_NUMBER, attribute, layer
from specc.layers.common.checks import need_float, need_number, need_rank
from specc.layers.common.normalization import affine_weights, running_statistics
from specc.tensor.types import TensorType


@layer
class BatchNorm(Operation):
    """Batch normalisation of each channel by its running mean and variance.

    Formula: y = (x - running_mean) / sqrt(running_var + eps) * weight + bias, each per channel
    Source: Ioffe and Szegedy 2015; torch.nn.BatchNorm1d, BatchNorm2d, BatchNorm3d; ONNX BatchNormalization
    Example:
        input x: float32[N, 64, H, W]
        y = x -> batchnorm as bn1
    """

    name: ClassVar[str] = "batchnorm"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[N, C] or [N, C, ...] with up to three further dims"),)

    eps: float = attribute(POSITIVE_NUMBER, "added to the variance", default=1e-5)
    momentum: float = attribute(FLOAT, "share of a new batch in the running statistics, when trained", default=0.1)
    affine: bool = attribute(BOOL, "whether there are a weight and a bias", default=True)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight`, `bias`, and the buffers `running_mean` and `running_var`, each [C]."""
        tensor = inputs[0]
        need_rank(self.name, tensor, 2, 5, "[N, C, ...]")
        need_float(self.name, inputs)
        channels = need_number(self.name, tensor, 1)
        statistics = running_statistics(channels, tensor.dtype)
        return (*affine_weights(channels, tensor.dtype), *statistics) if self.affine else statistics

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """A multiplication and an addition for each element, since the statistics are constants."""
        return Cost(0, 2 * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX BatchNormalization."""
        mean, variance = site.weights["running_mean"], site.weights["running_var"]
        if self.affine:
            weight, bias = site.weights["weight"], site.weights["bias"]
        else:
            dtype, channels = site.types[0].dtype, need_number(self.name, site.types[0], 1)
            weight, bias = (build.table("filled", Constant(value), dtype, (channels,)) for value in (1.0, 0.0))
        return (build.op("BatchNormalization", site.inputs[0], weight, bias, mean, variance, epsilon=self.eps),)
