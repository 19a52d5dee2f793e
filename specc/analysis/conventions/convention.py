"""How a counter counts: a rule for each layer that it knows, and one for all others.

What is counted is the model as PyTorch has it: layers with weights, norms, activations and pools as modules of
`torch.nn`, arithmetic between tensors as operators (`a + b`, `a @ b`), `attention` as the function
`scaled_dot_product_attention`; in evaluation mode, without gradients.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod

from specc.ir.graph import Graph, Node, Role, Weight
from specc.layers.scan import Scan
from specc.tensor.dims import Dim, product, total
from specc.tensor.types import TensorType


@dataclass(frozen=True, slots=True)
class Seen:
    """One application of a layer, as a counter sees it; `macs` are those of the report, `products` those of them
    whose operands are both activations."""

    node: Node
    macs: Dim
    products: Dim

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.node.operation.name

    @property
    def inputs(self) -> tuple[TensorType, ...]:
        """Types of the inputs that are there."""
        return tuple(value.type for value in self.node.inputs if value is not None)

    @property
    def input(self) -> TensorType:
        """Type of the first input."""
        return self.inputs[0]

    @property
    def output(self) -> TensorType:
        """Type of the first result."""
        return self.node.outputs[0].type

    @property
    def batch(self) -> Dim:
        """Size of the first dim of the result."""
        return self.output.shape[0] if self.output.rank else 1

    @property
    def stored(self) -> dict[str, tuple[Dim, ...]]:
        """Shapes of all stored tensors, by their local names."""
        return {name: value.type.shape for name, value in self.node.weights.items()}

    @property
    def parameters(self) -> dict[str, tuple[Dim, ...]]:
        """Shapes of the trainable tensors, by their local names."""
        return {name: value.type.shape for name, value in self.node.weights.items() if _is_trained(value)}

    @property
    def largest(self) -> tuple[int, ...]:
        """Shape of the largest stored tensor, trained or not: the weight, or of a normed one its direction."""
        shapes = [tuple(dim for dim in shape if isinstance(dim, int)) for shape in self.stored.values()]
        return max(shapes, key=prod)

    @property
    def elements(self) -> Dim:
        """Number of trainable elements."""
        return total(product(shape) for shape in self.parameters.values())

    @property
    def bias(self) -> bool:
        """Whether there is a bias."""
        return "bias" in self.stored

    def option(self, name: str) -> object:
        """An attribute of the layer."""
        return getattr(self.node.operation, name)


def _is_trained(value: object) -> bool:
    return not isinstance(value, Weight) or value.role is Role.TRAINABLE


def fused_attention(seen: Seen) -> bool:
    """Whether `nn.MultiheadAttention` runs as one operator, within which nothing is seen: in evaluation, of a tensor
    with itself, with an even number of heads, biases, and nothing added to the keys."""
    operands = {id(value) for value in seen.node.inputs[:3] if value is not None}
    heads = seen.option("num_heads")
    plain = bool(seen.option("bias")) and not seen.option("add_bias_kv") and not seen.option("add_zero_attn")
    return len(operands) == 1 and plain and isinstance(heads, int) and heads % 2 == 0


def unless_fused(seen: Seen) -> Dim:
    """The MACs of a `multihead_attention` that does not run as one operator."""
    return 0 if fused_attention(seen) else seen.macs


FUSED = "in evaluation, attention of a tensor with itself is one operator, which counts as nothing"

Count = Callable[[Seen], Dim]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is counted of a layer, and how that differs from its MACs."""

    count: Count
    why: str = ""


def nothing(_: Seen) -> Dim:
    """Nothing at all."""
    return 0


def same(seen: Seen) -> Dim:
    """The MACs of the report."""
    return seen.macs


def read(times: int = 1) -> Count:
    """So many for each element of the first input."""
    return lambda seen: times * seen.input.size


def written(times: int = 1) -> Count:
    """So many for each element of the first result."""
    return lambda seen: times * seen.output.size


@dataclass(frozen=True, slots=True)
class Convention:
    """The rules of one counter: `package` on PyPI, the `version` whose rules these are, and `counts`, what its number
    is. Layers without a rule of their own follow `other`."""

    package: str
    version: str
    counts: str
    rules: Mapping[str, Rule]
    other: Rule = field(default=Rule(nothing))

    def rule(self, name: str) -> Rule:
        """That of a layer."""
        return self.rules.get(name, self.other)


@dataclass(frozen=True, slots=True)
class Difference:
    """Layers of one kind of which a counter says another number, for one reason; sums over all of them."""

    layer: str
    count: int
    macs: Dim
    counted: Dim
    why: str


@dataclass(frozen=True, slots=True)
class Tally:
    """What a counter says of a whole model, and where it differs, the layers with the largest numbers first."""

    convention: Convention
    counted: Dim
    differences: tuple[Difference, ...]


def tally(graph: Graph, convention: Convention) -> Tally:
    """Apply `convention` to each layer of `graph`; bodies of scans count once for each step."""
    groups: dict[tuple[str, str], list[tuple[Dim, Dim]]] = {}
    sums: list[Dim] = []
    for node, times in _applied(graph, 1):
        cost = node.operation.cost(node.input_types(), tuple(value.type for value in node.outputs))
        rule = convention.rule(node.operation.name)
        counted = rule.count(Seen(node, cost.macs, cost.products))
        sums.append(times * counted)
        if counted != cost.macs:
            groups.setdefault((node.operation.name, rule.why), []).append((times * cost.macs, times * counted))
    differences = [
        Difference(layer, len(pairs), total(ours for ours, _ in pairs), total(theirs for _, theirs in pairs), why)
        for (layer, why), pairs in groups.items()
    ]
    return Tally(convention, total(sums), tuple(differences))


def _applied(graph: Graph, times: Dim) -> list[tuple[Node, Dim]]:
    found: list[tuple[Node, Dim]] = []
    for node in graph.nodes:
        if isinstance(node.operation, Scan):
            found.extend(_applied(node.operation.body, times * node.operation.steps(node.input_types())))
        else:
            found.append((node, times))
    return found
