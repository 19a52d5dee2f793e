"""Layer normalisation over trailing dims."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant
from specc.ir.operation import Arguments, Cost, Operation, Port, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE, POSITIVE_NUMBER, attribute, layer, one_or_several
from specc.layers.common.checks import need_float, need_number
from specc.layers.common.normalization import standardized, trailing
from specc.tensor.types import TensorType


@layer
class LayerNorm(Operation):
    """Layer normalisation: mean 0 and variance 1 over the trailing dims, then a weight and a bias.

    Formula: y = (x - mean) / sqrt(variance + eps) * weight + bias, with the variance over n elements, not n - 1
    Source: Ba et al. 2016; torch.nn.LayerNorm; ONNX LayerNormalization
    Example:
        input x: float32[N, T, 768]
        y = x -> layernorm(eps=1e-12) as LayerNorm
    """

    name: ClassVar[str] = "layernorm"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[...] with at least `dims` dims"),)

    dims: int | tuple[int, ...] = attribute(
        one_or_several(POSITIVE), "number of trailing dims, or a list of their sizes", default=1
    )
    eps: float = attribute(POSITIVE_NUMBER, "added to the variance", default=1e-5)
    affine: bool = attribute(BOOL, "whether there is a weight", default=True)
    bias: bool = attribute(BOOL, "whether there is a bias beside the weight", default=True)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` and `bias`, each of the shape of the trailing dims."""
        need_float(self.name, inputs)
        axes = trailing(self.name, inputs[0], self.dims)
        if not self.affine:
            return ()
        shape = tuple(need_number(self.name, inputs[0], axis) for axis in axes)
        weight = WeightSpec("weight", shape, Constant(1.0), dtype=inputs[0].dtype)
        return (weight, WeightSpec("bias", shape, dtype=inputs[0].dtype)) if self.bias else (weight,)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element five (two sums, difference, square, product), one more for the weight and for the bias."""
        return Cost(0, (5 + self.affine + (self.affine and self.bias)) * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX LayerNormalization; without a weight its parts."""
        axes = trailing(self.name, site.types[0], self.dims)
        if not self.affine:
            return (standardized(build, site.inputs[0], axes, self.eps, site.types[0].dtype),)
        weight, bias = site.weights["weight"], site.weights.get("bias")
        return (build.op("LayerNormalization", site.inputs[0], weight, bias, axis=axes[0], epsilon=self.eps),)
