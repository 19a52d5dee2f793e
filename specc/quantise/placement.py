"""Which operators are computed in integers when the ranges of activations are known beforehand, and which tensors
therefore are."""

from __future__ import annotations

from dataclasses import dataclass, field

from specc.ir.operators import Operator
from specc.quantise.choice import Choice
from specc.quantise.matrices import product_of
from specc.quantise.network import Constant, Network
from specc.quantise.rewriting import attribute_int

SAME = ("MaxPool", "Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze", "Split")
"""Operators that move elements or pick some: their results have the integers of their first input."""
MADE = ("Add", "Mul", "Concat", "AveragePool", "GlobalAveragePool", "Sigmoid", "LeakyRelu")
"""Operators that onnxruntime computes in integers, with scales of their own for the result."""
ABSORBED = ("Relu", "Clip")
"""Activations that the range of unsigned integers itself makes."""

FUSED = ("Relu", "LeakyRelu", "Sigmoid", "Tanh", "Elu", "HardSigmoid", "Softplus", "Softsign", "ThresholdedRelu")
"""Activations that onnxruntime fuses with a Gemm before them."""


@dataclass(frozen=True, slots=True)
class Weighted:
    """A convolution or product: its `matrix` has one scale for each index of `axis`; `bias` is a tensor's name."""

    operator: Operator
    matrix: Constant
    axis: int
    bias: Constant | None = None


@dataclass(slots=True)
class Placement:
    """`weighted` operators and further ones (`others`) that are computed in integers; `quantised` are the tensors that
    therefore are integers; those in `made` come from such operators, perhaps through an activation. The integers of a
    tensor in `same` are those of another one."""

    weighted: dict[Operator, Weighted] = field(default_factory=dict)
    others: list[Operator] = field(default_factory=list)
    quantised: dict[str, None] = field(default_factory=dict)
    made: dict[str, None] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)

    def root(self, name: str) -> str:
        """The tensor whose integers `name` has."""
        while name in self.same:
            name = self.same[name]
        return name


def static_layers(network: Network, choice: Choice) -> tuple[str, ...]:
    """Paths of the layers with weights that would be quantised, in order."""
    found = (operator.layer for operator in network.graph.operators if weighted_of(operator, network, choice))
    return tuple(dict.fromkeys(found))


def weighted_of(operator: Operator, network: Network, choice: Choice) -> Weighted | None:
    """`operator` as a convolution or a product with stored weights."""
    if choice.keeps(operator.layer):
        return None
    if operator.op_type == "Conv" and not operator.domain:
        matrix, bias = network.constant(operator.inputs[1]), _bias(operator, network)
        known = bias is not None or len(operator.inputs) < 3
        return Weighted(operator, matrix, 0, bias) if matrix is not None and known else None
    found = product_of(operator, network)
    if found is None:
        return None
    if operator.op_type == "MatMul":
        return Weighted(operator, found.matrix, 1)
    bias = _bias(operator, network)
    if (found.bias and bias is None) or (bias is not None and len(bias.shape) != 1):
        return None
    if attribute_int(operator.attributes, "transB", 0):
        return Weighted(operator, found.matrix.transposed((1, 0)), 0, bias)
    return Weighted(operator, found.matrix, 1, bias)


def _bias(operator: Operator, network: Network) -> Constant | None:
    return network.constant(operator.inputs[2]) if len(operator.inputs) > 2 else None


def result_of(operator: Operator, network: Network) -> str:
    """The result of an operator, that of the activation after it where nothing else reads it."""
    name = operator.outputs[0]
    reader = network.only_reader(name)
    if reader is None or reader.op_type not in ABSORBED or reader.domain or reader.inputs[0] != name:
        return name
    if reader.op_type == "Clip" and network.literal(reader.inputs[1] if len(reader.inputs) > 1 else "") != (0.0,):
        return name
    return reader.outputs[0]


def place(network: Network, choice: Choice) -> Placement:
    """Operators with weights, and between them all that onnxruntime computes in integers, too. Results of convolutions
    are integers always, those of products only where an operator in integers reads them."""
    placement = Placement()
    for operator in network.graph.operators:
        found = weighted_of(operator, network, choice)
        if found is not None:
            placement.weighted[operator] = found
    candidates = _reachable(network, choice, placement)
    placement.others = _useful(network, candidates, placement)
    _name_tensors(network, placement)
    return placement


def _reachable(network: Network, choice: Choice, placement: Placement) -> list[Operator]:
    """Operators all of whose tensors are integers anyway."""
    integers = {operator.inputs[0] for operator in placement.weighted}
    found: list[Operator] = []
    for operator in network.graph.operators:
        if operator in placement.weighted:
            if operator.op_type != "MatMul":
                integers.add(result_of(operator, network))
        elif _is_other(operator, network, choice) and integers.issuperset(tensors_of(operator)):
            found.append(operator)
            integers.update(_results(operator, network))
    return found


def _is_other(operator: Operator, network: Network, choice: Choice) -> bool:
    if operator.domain or operator.op_type not in (*SAME, *MADE) or choice.keeps(operator.layer):
        return False
    if operator.op_type == "MaxPool" and len(operator.outputs) > 1:
        return False
    return not any(network.is_constant(name) for name in tensors_of(operator))


def tensors_of(operator: Operator) -> tuple[str, ...]:
    """The inputs of an operator that may be integers: all of a sum, a product or a concatenation, else the first."""
    return operator.inputs if operator.op_type in ("Add", "Mul", "Concat") else operator.inputs[:1]


def _results(operator: Operator, network: Network) -> tuple[str, ...]:
    return (result_of(operator, network),) if operator.op_type in MADE else operator.outputs


def _useful(network: Network, candidates: list[Operator], placement: Placement) -> list[Operator]:
    """Those whose result an operator in integers reads, directly or through others of them."""
    kept: set[Operator] = set()
    for operator in reversed(candidates):
        readers = [reader for name in _results(operator, network) for reader in network.readers.get(name, [])]
        if any(reader in placement.weighted or reader in kept for reader in readers):
            kept.add(operator)
    return [operator for operator in candidates if operator in kept]


def _name_tensors(network: Network, placement: Placement) -> None:
    others = set(placement.others)
    for operator in network.graph.operators:
        if operator in placement.weighted:
            placement.quantised[operator.inputs[0]] = None
            if operator.op_type == "Conv":
                _note_made(placement, result_of(operator, network))
        elif operator in others:
            placement.quantised.update(dict.fromkeys(tensors_of(operator)))
            for name in _results(operator, network):
                _note_made(placement, name)
                if operator.op_type in SAME:
                    placement.same[name] = operator.inputs[0]
    for operator in placement.weighted:
        result = result_of(operator, network)
        if operator.op_type == "Gemm" and (result in placement.quantised or _meets_activation(operator, network)):
            _note_made(placement, result)


def _meets_activation(operator: Operator, network: Network) -> bool:
    """Whether the runtime would make one kernel in floating point of a product and the activation after it."""
    reader = network.only_reader(operator.outputs[0])
    return reader is not None and reader.op_type in FUSED


def _note_made(placement: Placement, name: str) -> None:
    placement.quantised[name] = None
    placement.made[name] = None
