"""Root mean square normalisation."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Constant
from specc.ir.operation import Arguments, Cost, Operation, Port, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE, POSITIVE_NUMBER, attribute, layer, one_or_several
from specc.layers.common.checks import need_float, need_number
from specc.layers.common.normalization import trailing
from specc.tensor.types import TensorType


@layer
class RmsNorm(Operation):
    """Division by the root mean square over the trailing dims, then a weight.

    Formula: y = x / sqrt(mean(x^2) + eps) * weight
    Source: Zhang and Sennrich 2019; torch.nn.RMSNorm; ONNX Pow, ReduceMean, Add, Sqrt, Div, Mul
    Example:
        input x: float32[N, T, 768]
        y = x -> rmsnorm(1e-5) as norm
    """

    name: ClassVar[str] = "rmsnorm"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[...] with at least `dims` dims"),)

    eps: float = attribute(POSITIVE_NUMBER, "added to the mean square", default=1e-6)
    dims: int | tuple[int, ...] = attribute(
        one_or_several(POSITIVE), "number of trailing dims, or a list of their sizes", default=1
    )
    affine: bool = attribute(BOOL, "whether there is a weight", default=True)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` of the shape of the trailing dims."""
        need_float(self.name, inputs)
        axes = trailing(self.name, inputs[0], self.dims)
        if not self.affine:
            return ()
        shape = tuple(need_number(self.name, inputs[0], axis) for axis in axes)
        return (WeightSpec("weight", shape, Constant(1.0), dtype=inputs[0].dtype),)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """The type of the input."""
        return (inputs[0],)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """For each element three (square, sum, quotient), one more for the weight."""
        return Cost(0, (3 + self.affine) * outputs[0].size)

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """Primitive operators, in the order that onnxruntime recognises."""
        tensor, dtype = site.inputs[0], site.types[0].dtype
        axes = build.ints(*trailing(self.name, site.types[0], self.dims))
        mean = build.op("ReduceMean", build.op("Pow", tensor, build.scalar(2.0, dtype)), axes, keepdims=1)
        root = build.op("Sqrt", build.op("Add", mean, build.scalar(self.eps, dtype)))
        scaled = build.op("Div", tensor, root)
        return (build.op("Mul", scaled, site.weights["weight"]) if self.affine else scaled,)
