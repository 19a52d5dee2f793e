"""Bilinear map of two vectors."""

from __future__ import annotations

from typing import ClassVar

from specc.ir.builder import Builder, Site
from specc.ir.initial import Initial
from specc.ir.operation import Arguments, Blame, Cost, Operation, Port, WeightSpec
from specc.ir.relayout import Reshaped, Stored, Transposed
from specc.layers.common.attributes import BOOL, POSITIVE, attribute, layer, optional
from specc.layers.common.axes import need_equal, need_same_rank
from specc.layers.common.checks import need_float, need_number, need_rank
from specc.layers.common.initializers import INITIAL, fan_in_uniform
from specc.tensor.types import TensorType


@layer
class Bilinear(Operation):
    """Bilinear map of the last dims of two tensors whose other dims are the same.

    Formula: y[..., o] = bias[o] + sum over i, j of a[..., i] * weight[o, i, j] * b[..., j]
    Source: torch.nn.Bilinear; ONNX MatMul
    Example:
        input a: float32[N, 32]
        input b: float32[N, 16]
        y = bilinear(a, b, 8)
    """

    name: ClassVar[str] = "bilinear"
    ports: ClassVar[tuple[Port, ...]] = (Port("input1", doc="[..., in1]"), Port("input2", doc="[..., in2]"))

    out: int = attribute(POSITIVE, "size of the last dim of the output")
    bias: bool = attribute(BOOL, "whether a bias is added", default=True)
    init: Initial | None = attribute(optional(INITIAL), "initialiser of the weight", default=None)

    def weights(self, inputs: Arguments[TensorType]) -> tuple[WeightSpec, ...]:
        """`weight` [out, in1, in2] and `bias` [out]."""
        need_float(self.name, inputs)
        for port, tensor in enumerate(inputs):
            need_rank(self.name, tensor, 1, 16, "[..., in]", port)
        left, right = (need_number(self.name, tensor, -1, port) for port, tensor in enumerate(inputs))
        dtype, initial = inputs[0].dtype, fan_in_uniform(left)
        shape, fans = (self.out, left, right), (left * right, self.out * right)
        weight = WeightSpec("weight", shape, self.init or initial, True, dtype, *fans)
        return (weight, WeightSpec("bias", (self.out,), initial, dtype=dtype)) if self.bias else (weight,)

    def infer(self, inputs: Arguments[TensorType]) -> tuple[TensorType, ...]:
        """[..., out]."""
        need_same_rank(self.name, inputs)
        for axis, (left, right) in enumerate(zip(inputs[0].shape[:-1], inputs[1].shape[:-1], strict=True)):
            need_equal(self.name, "both inputs", left, right, Blame(0, axis), Blame(1, axis))
        return (inputs[0].with_shape((*inputs[0].shape[:-1], self.out)),)

    def cost(self, inputs: Arguments[TensorType], outputs: tuple[TensorType, ...]) -> Cost:
        """MACs: of both products, elements of the output x in2 x (in1 + 1)."""
        macs = outputs[0].size * inputs[1].shape[-1] * (inputs[0].shape[-1] + 1)
        return Cost(
            macs,
            2 * macs + (outputs[0].size if self.bias else 0),
            outputs[0].size * inputs[1].shape[-1],
        )

    def lower(self, build: Builder, site: Site) -> tuple[str, ...]:
        """MatMul of the first input and the weight as [in1, out * in2], then of that and the second input."""
        left, right = (need_number(self.name, tensor, -1) for tensor in site.types)
        lead = site.types[0].shape[:-1]
        flat = build.op("MatMul", site.inputs[0], self._weight(build, site, left, right))
        rows = build.reshape(flat, (*lead, self.out * right), (*lead, self.out, right))
        column = build.op("Unsqueeze", site.inputs[1], build.ints(-1))
        made = build.op("Squeeze", build.op("MatMul", rows, column), build.ints(-1))
        return (build.op("Add", made, site.weights["bias"]) if self.bias else made,)

    def _weight(self, build: Builder, site: Site, left: int, right: int) -> str:
        stored, shape = site.stored.get("weight"), (left, self.out * right)
        if stored is None or stored.aliases:
            moved = build.op("Transpose", site.weights["weight"], perm=(1, 0, 2))
            return build.op("Reshape", moved, build.ints(*shape))
        relayout = Reshaped(Transposed(Stored(stored.name), (1, 0, 2)), shape)
        return build.derived(f"{stored.name}/matrix", relayout, stored.type.dtype, shape)
