"""State of one expansion: the graph that grows, naming scopes, limits, and the way mistakes are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

from specc.base.diagnostics import Label, Mistake, Reporter
from specc.base.errors import LimitExceeded
from specc.base.limits import Limits
from specc.base.source import Source, Span
from specc.base.work import Meter, running
from specc.ir.graph import Graph, Node, Role, Value, Weight
from specc.ir.initial import Constant, Initial, Values
from specc.ir.operation import Operation
from specc.ir.oracle import OperatorOracle
from specc.resolve.errors_statements import NameTaken
from specc.resolve.items import Abandoned, Given, Item, Scope
from specc.syntax import ast
from specc.tensor.dims import Poly
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

NODE_STEPS = 30
"""What a layer costs until the model is checked, lowered and counted."""
WEIGHT_STEPS = 10
ERROR_STEPS = 400
"""What a mistake costs, above all the search for what may have been meant."""


@dataclass(slots=True, eq=False)
class Frame:
    """A naming scope: paths below `prefix`. With `reuse`, weights that exist are shared (a block applied again)."""

    prefix: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    reuse: bool = False
    calls: tuple[Span, ...] = ()
    function: str | None = None
    definition: ast.Definition | None = None

    def join(self, local: str) -> str:
        """The full path of a local one; `.` is the scope itself."""
        if local == ".":
            return self.prefix
        return f"{self.prefix}.{local}" if self.prefix else local


@dataclass(slots=True, eq=False)
class Body:
    """A graph under construction. In the body of a scan, tensors from outside become captures."""

    graph: Graph
    own: set[int] = field(default_factory=set)
    captures: dict[int, tuple[Value, Value]] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Interface:
    """Where `input` and `output` statements of an imported model go: to the tensors of its caller."""

    inputs: dict[str, Value] = field(default_factory=dict)
    waiting: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)


Evaluate = Callable[["Expander", ast.Expression, Scope, tuple[str, ...]], Item]
Execute = Callable[["Expander", tuple[ast.Statement, ...], Scope], "Returned | None"]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a `return` gave."""

    item: Item


@dataclass(slots=True, eq=False)
class Expander:
    """Expands one model into a graph."""

    reporter: Reporter
    limits: Limits
    graph: Graph
    layers: Mapping[str, type[Operation]]
    evaluate_expression: Evaluate
    execute_statements: Execute
    read_module: Callable[[Source], ast.Module]
    load_source: Callable[[Path, str], Source]
    oracle: OperatorOracle | None = None
    root: Path | None = None
    bound: bool = False
    symbols: dict[str, Poly] = field(default_factory=dict)
    bodies: list[Body] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=lambda: [Frame()])
    interfaces: list[Interface] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    promised: set[int] = field(default_factory=set)
    uses: set[int] = field(default_factory=set)
    meter: Meter = field(default_factory=running)
    depth: int = 0
    parameters: int = 0
    imported: dict[str, Scope | None] = field(default_factory=dict)
    followed: dict[Path, Path] = field(default_factory=dict)
    """Paths with their links followed."""
    expectations: list[tuple[ast.Expect, Scope]] = field(default_factory=list)
    weight_rules: list[ast.WeightRule] = field(default_factory=list)
    open_states: dict[str, tuple[Value, str, Span]] = field(default_factory=dict)

    @property
    def frame(self) -> Frame:
        """The innermost naming scope."""
        return self.frames[-1]

    @property
    def body(self) -> Body:
        """The graph that nodes are added to."""
        return self.bodies[-1]

    def evaluate(self, expression: ast.Expression, scope: Scope, words: tuple[str, ...] = ()) -> Item:
        """Value of `expression`; `words` are names that stand for themselves. Raises `Abandoned` after reporting."""
        return self.evaluate_expression(self, expression, scope, words)

    def wrong(
        self, mistake: Mistake, span: Span | None, labels: Iterable[Label] = (), notes: Iterable[str] = ()
    ) -> Abandoned:
        """Report `mistake`; raise what this returns."""
        chain = tuple(dict.fromkeys(f"in a block applied at {call}" for call in reversed(self.frame.calls[-4:])))
        self.reporter.report(mistake, span, labels, (*notes, *chain))
        self.step(span, ERROR_STEPS)
        return Abandoned()

    def step(self, span: Span | None, count: int = 1) -> None:
        """Count work; too much of it ends the expansion."""
        self.meter.spend(count, span)

    def local(self, value: Value) -> Value:
        """`value` as it is seen in the innermost body: weights as they are, tensors from outside as captures."""
        self.uses.add(id(value))
        return value if isinstance(value, Weight) else self._captured(value, len(self.bodies) - 1)

    def _captured(self, value: Value, level: int) -> Value:
        body = self.bodies[level]
        if level == 0 or id(value) in body.own:
            return value
        if id(value) not in body.captures:
            outer = self._captured(value, level - 1)
            inner = Value(self.unique(f"{value.name}.captured"), value.type, value.span)
            body.own.add(id(inner))
            body.captures[id(value)] = (outer, inner)
        return body.captures[id(value)][1]

    def unique(self, name: str) -> str:
        """`name`, numbered where it is taken; taken from now on."""
        chosen, count = name, self.frames[0].counts.get(f"/{name}", 0)
        while chosen in self.taken:
            count += 1
            chosen = f"{name}_{count}"
        if count:
            self.frames[0].counts[f"/{name}"] = count
        self.taken.add(chosen)
        return chosen

    def automatic(self, kind: str) -> str:
        """A path below the current scope for something without a name: `relu`, `relu_1`, ..."""
        frame = self.frame
        while True:
            count = frame.counts.get(kind, 0)
            frame.counts[kind] = count + 1
            full = frame.join(f"{kind}_{count}" if count else kind)
            if frame.reuse or full not in self.taken:
                return full

    def add_node(self, node: Node) -> None:
        """Append `node` to the innermost body."""
        if len(self.body.graph.nodes) >= self.limits.nodes:
            raise self.wrong(LimitExceeded("the model has too many layers", self.limits.nodes, "nodes"), node.span)
        self.step(node.span, NODE_STEPS + 4 * len(node.inputs) + 4 * len(node.outputs))
        self.body.graph.nodes.append(node)
        for value in node.outputs:
            value.producer = node
            self.body.own.add(id(value))

    def literal(self, numbers: int | float | tuple[float, ...], shape: tuple[int, ...], dtype: DType) -> Weight:
        """The weight that holds a number or a list of numbers of the spec; equal ones are stored once."""
        initial: Initial = Values(numbers) if isinstance(numbers, tuple) else Constant(numbers)
        name = f"literal/{dtype}{list(shape)}/{_digest(numbers)}"
        known = self.graph.weights.get(name)
        if known is None or known.initial != initial:
            name = name if known is None else self.unique(name)
            known = Weight(name, TensorType(dtype, shape), None, initial=initial, role=Role.LITERAL)
            self.graph.weights[name] = known
        return known

    def _count(self, elements: int, span: Span | None) -> None:
        """Count the elements of a weight."""
        self.parameters += elements
        for what, count, limit, name in (
            ("a weight has too many elements", elements, self.limits.weight_elements, "weight_elements"),
            ("the weights have too many elements together", self.parameters, self.limits.parameters, "parameters"),
        ):
            if count > limit:
                raise self.wrong(LimitExceeded(what, limit, name), span)

    def new_weight(self, weight: Weight, span: Span | None) -> Weight:
        """Add `weight`; its path must be free."""
        if weight.name in self.graph.weights or weight.name in self.taken:
            raise self.wrong(NameTaken(weight.name), span)
        self._count(prod(dim for dim in weight.type.shape if isinstance(dim, int)), span)
        self.step(span, WEIGHT_STEPS)
        self.taken.add(weight.name)
        self.graph.weights[weight.name] = weight
        return weight


def _digest(numbers: int | float | tuple[float, ...]) -> str:
    return repr(numbers) if not isinstance(numbers, tuple) else "_".join(map(repr, numbers[:6]))


NOTHING_GIVEN = Given()
