"""Models in integers with ranges that are known beforehand: pairs of QuantizeLinear and DequantizeLinear, which the
runtime fuses with the operators between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from specc.ir.operators import Literal, Operator, OperatorGraph
from specc.ir.relayout import Filled, Product, Quantised, QuantisedBias, Scale
from specc.quantise.choice import Choice
from specc.quantise.network import Network
from specc.quantise.placement import Placement, Weighted, tensors_of
from specc.quantise.ranges import Affine
from specc.quantise.rewriting import Rewriting
from specc.tensor.dtypes import DType


def quantised_statically(
    network: Network, choice: Choice, placement: Placement, ranges: Mapping[str, Affine]
) -> OperatorGraph:
    """The operators of `placement` in integers: activations unsigned and affine by `ranges`, weights signed and
    symmetric with one scale a channel, biases in the product of both scales.

    Formula: real = scale * (integer - zero)
    Source: Jacob et al. 2018 (arXiv:1712.05877); Nagel et al. 2021 (arXiv:2106.08295); ONNX QuantizeLinear
    """
    writer = _Writer(network, choice, placement, ranges, Rewriting(network))
    for operator in network.graph.operators:
        writer.append(operator)
    return writer.made.finished()


@dataclass(slots=True)
class _Writer:
    network: Network
    choice: Choice
    placement: Placement
    ranges: Mapping[str, Affine]
    made: Rewriting
    entered: dict[str, str] = field(default_factory=dict)

    def append(self, operator: Operator) -> None:
        """One operator of the graph, and what makes integers of its results."""
        placement = self.placement
        if operator in placement.weighted:
            inputs = self._weighted(placement.weighted[operator])
        elif operator in placement.others:
            count = len(tensors_of(operator))
            inputs = (*(self.enter(name, operator) for name in operator.inputs[:count]), *operator.inputs[count:])
        else:
            inputs = operator.inputs
        results = {name: self.made.name(f"{name}/float") for name in operator.outputs if name in placement.made}
        outputs = tuple(results.get(name, name) for name in operator.outputs)
        self.made.keep(operator, inputs, outputs)
        for name, raw in results.items():
            self._pair(operator, name, raw, name)

    def enter(self, name: str, like: Operator) -> str:
        """The name under which an operator in integers reads `name`."""
        if name in self.placement.made or name not in self.placement.quantised:
            return name
        if name not in self.entered:
            self.entered[name] = self.made.name(f"{name}/dequantised")
            self._pair(like, name, name, self.entered[name])
        return self.entered[name]

    def _pair(self, like: Operator, name: str, source: str, result: str) -> None:
        """QuantizeLinear of `source` and DequantizeLinear to `result`."""
        affine = self.ranges[self.placement.root(name)]
        scale = self.made.store(f"const/float32[]/{affine.scale!r}", Literal((affine.scale,)), DType.FLOAT32, ())
        zero = self.made.store(f"const/uint8[]/{affine.zero}", Literal((affine.zero,)), DType.UINT8, ())
        integers = self.made.name(f"{name}/uint8")
        self.made.op(like, "QuantizeLinear", (source, scale, zero), (integers,))
        self.made.op(like, "DequantizeLinear", (integers, scale, zero), (result,))

    def _weighted(self, weighted: Weighted) -> tuple[str, ...]:
        operator, matrix, made = weighted.operator, weighted.matrix, self.made
        tensor = operator.inputs[0]
        step = self.ranges[self.placement.root(tensor)].scale
        bias = None if weighted.bias is None else weighted.bias.relayout
        scale = Scale(matrix.relayout, (weighted.axis,), self.choice.bits, bias, step if bias else 1.0)
        shape = (matrix.shape[weighted.axis],)
        integers = made.store(f"{matrix.stem}/int8", Quantised(scale), DType.INT8, matrix.shape)
        spread = made.store(f"{matrix.stem}/scale", scale, DType.FLOAT32, shape)
        zero = made.store(f"const/zeros/int8{list(shape)}", Literal((0,) * shape[0]), DType.INT8, shape)
        weight = made.op(operator, "DequantizeLinear", (integers, spread, zero), axis=weighted.axis)
        inputs = (self.enter(tensor, operator), weight)
        if weighted.bias is None:
            return inputs
        units = made.store(f"{weighted.bias.stem}/scale", Product((Filled((), step), scale)), DType.FLOAT32, shape)
        counted = made.store(f"{weighted.bias.stem}/int32", QuantisedBias(scale), DType.INT32, shape)
        none = made.store(f"const/zeros/int32{list(shape)}", Literal((0,) * shape[0]), DType.INT32, shape)
        return (*inputs, made.op(operator, "DequantizeLinear", (counted, units, none), axis=0))
