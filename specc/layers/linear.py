"""Linear layer over the last dim."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial
from specc.ir.operation import Arguments, Cost, Operation, Port, WeightSpec
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, layer, optional
from specc.layers.common.checks import need_float, need_number, need_rank
from specc.layers.common.initializers import INITIAL, fan_in_uniform
from specc.layers.common.reparametrized import (
    Reparametrized,
    spectral_norm_attribute,
    weight_norm_attribute,
    weight_norm_dim_attribute,
)
from specc.tensor.types import TensorType


@layer
class Linear(Operation):
    """Linear map of the last dim, for any number of dims before it.

    Formula: y[..., o] = bias[o] + sum over i of weight[o, i] * x[..., i]
    Source: torch.nn.Linear; ONNX Gemm, MatMul
    Example:
        input x: float32[N, 128]
        y = x -> linear(10) as fc
    """

    name: ClassVar[str] = "linear"
    ports: ClassVar[tuple[Port, ...]] = (Port("input", doc="[..., in]"),)

    out: int = attribute(POSITIVE, "size of the last dim of the output")
    bias: bool = attribute(BOOL, "whether a bias is added", default=True)
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the weight", default=None)
    weight_norm: bool = weight_norm_attribute()
    weight_norm_dim: int | None = weight_norm_dim_attribute()
    spectral_norm: bool = spectral_norm_attribute()

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [out, in] or what it is made of, and `bias` [out]."""
        tensor = inputs[0]
        need_rank(self.name, tensor, 1, 16, "[..., in]")
        need_float(self.name, inputs)
        size = need_number(self.name, tensor, -1)
        initial = self.init or fan_in_uniform(size)
        weight = WeightSpec("weight", (self.out, size), initial, dtype=tensor.dtype, fan_in=size, fan_out=self.out)
        bias = WeightSpec("bias", (self.out,), fan_in_uniform(size), dtype=tensor.dtype)
        stored = self._how().specs(self.name, weight)
        return (*stored, bias) if self.bias else stored

    def _how(self) -> Reparametrized:
        return Reparametrized(self.weight_norm, self.weight_norm_dim, self.spectral_norm, 0)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[..., out]."""
        return (inputs[0].with_shape((*inputs[0].shape[:-1], self.out)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: elements of the output x in."""
        macs = outputs[0].size * inputs[0].shape[-1]
        return Cost(macs, 2 * macs + (outputs[0].size if self.bias else 0))

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """ONNX Gemm for two dims, else MatMul and Add."""
        bias = site.weights.get("bias")
        shape = (self.out, need_number(self.name, site.types[0], -1))
        if site.types[0].rank == 2:
            return (build.op("Gemm", site.inputs[0], self._how().emit(build, site, shape), bias, transB=1),)
        product = build.op("MatMul", site.inputs[0], self._how().emit(build, site, shape, transpose=True))
        return (build.op("Add", product, bias) if bias else product,)
