"""Reads the text of a graph, as `text_print` writes it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import cast, get_args

from specc.base.source import Span
from specc.ir.graph import Graph, GraphInput, GraphOutput, Node, Role, StatePair, Value, Weight
from specc.ir.initial import Initial
from specc.ir.operation import ZEROS, Operation
from specc.ir.relayout import Relayout
from specc.ir.text_print import BARE_NAME, BARE_VALUE, default_path
from specc.ir.text_scan import IrSyntaxError, Scanner, dataclasses_of, field_names, make
from specc.tensor.dim_text import DimSyntaxError, parse_dim
from specc.tensor.dims import Domain, Poly

__all__ = ["IrSyntaxError", "parse_graph"]

_STATEMENTS = ("doc", "scope", "domain", "symbol", "fact", "input", "state", "weight", "output")


def parse_graph(
    text: str, operations: Mapping[str, type[Operation]], supplied: Mapping[str, object] | None = None
) -> Graph:
    """The graph that prints as `text`, its layers taken from `operations` by name. Raises `IrSyntaxError`.

    `supplied` are values of fields that layers keep out of their text, by the name of the field.
    """
    reader = _Reader(text, operations, supplied or {})
    reader.scanner.blank_lines()
    graph = reader.graph(None)
    reader.scanner.blank_lines()
    if reader.scanner.position < len(text):
        raise reader.scanner.error("expected the end of the text")
    return graph


class _Reader:
    """One reading of one text. `scopes` hold the values of the graph and of those around it, by name."""

    def __init__(self, text: str, operations: Mapping[str, type[Operation]], supplied: Mapping[str, object]) -> None:
        self.scanner = Scanner(text, lambda: self.classes)
        self.operations, self.supplied = operations, supplied
        self.scopes: list[dict[str, Value]] = []

    @cached_property
    def classes(self) -> dict[str, type[object]]:
        """Dataclasses among the attributes of layers."""
        return dataclasses_of(tuple(self.operations.values()))

    def graph(self, outer: Domain | None) -> Graph:
        """`graph name { ... }`."""
        scan = self.scanner
        scan.expect("graph")
        graph = Graph(scan.name(BARE_NAME), Domain() if outer is None else outer)
        scan.expect("{")
        scan.line_end()
        self.scopes.append({})
        while not scan.accept("}"):
            self.statement(graph)
            scan.line_end()
        self.scopes.pop()
        return graph

    def statement(self, graph: Graph) -> None:
        """One line."""
        scan = self.scanner
        match scan.keyword(*_STATEMENTS):
            case None:
                self.node(graph)
            case "doc":
                graph.doc = scan.string()
            case "scope":
                path = scan.name(BARE_NAME)
                graph.scope_docs[path] = scan.string()
            case "domain":
                scan.expect("own")
                graph.domain = Domain()
            case "symbol":
                self.symbol(graph.domain)
            case "fact":
                graph.domain.facts.append(self.fact(graph.domain))
            case "input":
                self.input(graph)
            case "state":
                name = scan.name(BARE_NAME)
                scan.expect("->")
                graph.states.append(StatePair(name, scan.name(BARE_NAME)))
            case "weight":
                self.weight(graph)
            case _:
                self.output(graph)

    def symbol(self, domain: Domain) -> None:
        """`symbol H: low 32, high 1024, unit 32`."""
        scan = self.scanner
        name = scan.name(BARE_NAME)
        scan.expect(":")
        tables = {"low": domain.low, "high": domain.high, "unit": domain.unit}
        while True:
            word = scan.keyword(*tables)
            if word is None:
                raise scan.error("expected `low`, `high` or `unit`")
            tables[word][name] = scan.integer()
            if not scan.accept(","):
                return

    def fact(self, domain: Domain) -> Poly:
        """`fact 1024 - T >= 0`."""
        stop = self.scanner.text.find(">=", self.scanner.position)
        text = self.scanner.text[self.scanner.position : max(stop, 0)]
        try:
            dim = parse_dim(text, domain)
        except DimSyntaxError as error:
            raise self.scanner.error(str(error)) from None
        self.scanner.position = stop + 2
        self.scanner.expect("0")
        if isinstance(dim, int):
            raise self.scanner.error("a fact has to be about a symbol")
        return dim

    def typed(self, graph: Graph) -> Value:
        """`%name: type`."""
        scan = self.scanner
        scan.expect("%")
        name = scan.name(BARE_VALUE)
        scan.expect(":")
        return Value(name, scan.type(graph.domain))

    def define(self, value: Value) -> None:
        """Make `value` known by its name."""
        if value.name in self.scopes[-1]:
            raise self.scanner.error(f"`{value.name}` is defined twice")
        self.scopes[-1][value.name] = value

    def reference(self) -> Value:
        """`%name` of a value defined before."""
        self.scanner.expect("%")
        name = self.scanner.name(BARE_VALUE)
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        raise self.scanner.error(f"`{name}` is not defined")

    def suffix(self) -> Span | None:
        """`# FILE:LINE:COLUMN`, or nothing."""
        return self.scanner.place() if self.scanner.accept("#") else None

    def input(self, graph: Graph) -> None:
        """`input %x: float32[N] = 0.0`."""
        value, default = self.typed(graph), None
        if self.scanner.accept("="):
            default = self.scanner.number()
        value.span = self.suffix()
        self.define(value)
        graph.inputs.append(GraphInput(value, default))

    def weight(self, graph: Graph) -> None:
        """`weight %w: float32[8, 3] = Constant(0.0), buffer, fan 3 8, also other.w`."""
        scan, value = self.scanner, self.typed(graph)
        scan.expect("=")
        made = scan.value(graph.domain)
        if isinstance(made, Initial):
            weight = Weight(value.name, value.type, initial=made)
        elif isinstance(made, get_args(Relayout)):
            weight = Weight(value.name, value.type, initial=ZEROS, relayout=cast(Relayout, made))
        else:
            raise scan.error("expected an initialiser, or what the weight is computed from")
        roles = {role.value: role for role in Role}
        while scan.accept(","):
            word = scan.keyword("fan", "also", *roles)
            if word is None:
                raise scan.error("expected `fan`, `also` or a role")
            if word == "fan":
                weight.fan_in, weight.fan_out = scan.integer(), scan.integer()
            elif word == "also":
                weight.aliases.append(scan.name(BARE_VALUE))
            else:
                weight.role = roles[word]
        weight.span = self.suffix()
        self.define(weight)
        graph.weights[weight.name] = weight

    def output(self, graph: Graph) -> None:
        """`output logits = %fc`."""
        name = self.scanner.name(BARE_NAME)
        self.scanner.expect("=")
        value = self.reference()
        graph.outputs.append(GraphOutput(name, value, self.suffix()))

    def node(self, graph: Graph) -> None:
        """`%y: float32[N, 8] = linear[out=8](%x, weight=%fc.weight) as fc  # net.specc:3:5`."""
        scan = self.scanner
        outputs: list[Value] = []
        while not scan.accept("="):
            if outputs:
                scan.expect(",")
            outputs.append(self.typed(graph))
        operation = self.operation(graph.domain)
        inputs, weights = self.operands()
        path = scan.name(BARE_VALUE) if scan.keyword("as") else default_path([value.name for value in outputs])
        node = Node(operation, path, inputs, weights, tuple(outputs))
        self.node_suffix(node)
        for value in outputs:
            value.producer = node
            self.define(value)
        graph.nodes.append(node)

    def operation(self, domain: Domain) -> Operation:
        """`linear[out=8]`."""
        scan = self.scanner
        name = scan.name(BARE_NAME)
        if name not in self.operations:
            raise scan.error(f"there is no layer `{name}`")
        values: dict[str, object] = {}
        while scan.accept("[" if not values else ","):
            attribute = scan.name(BARE_NAME)
            scan.expect("=")
            body = scan.text.startswith("graph ", scan.position)
            values[attribute] = self.graph(domain) if body else scan.value(domain)
        if values:
            scan.expect("]")
        cls = self.operations[name]
        hidden = {key: self.supplied[key] for key in field_names(cls, hidden=True) if key in self.supplied}
        try:
            return cast(Operation, make(cls, {**hidden, **values}))
        except TypeError as error:
            raise scan.error(f"`{name}`: {error}") from None

    def operands(self) -> tuple[tuple[Value | None, ...], dict[str, Value]]:
        """`(%x, _, weight=%fc.weight)`."""
        scan = self.scanner
        inputs: list[Value | None] = []
        weights: dict[str, Value] = {}
        scan.expect("(")
        while not scan.accept(")"):
            if inputs or weights:
                scan.expect(",")
            if scan.keyword("_"):
                inputs.append(None)
            elif scan.accept("%"):
                scan.position -= 1
                inputs.append(self.reference())
            else:
                name = scan.name(BARE_NAME)
                scan.expect("=")
                weights[name] = self.reference()
        return tuple(inputs), weights

    def node_suffix(self, node: Node) -> None:
        """`# PLACE < PLACE of a call | PLACE of a result, ...`."""
        scan = self.scanner
        node.span = self.suffix()
        calls: list[Span] = []
        while scan.accept("<"):
            place = scan.place()
            if place is not None:
                calls.append(place)
        node.calls = tuple(calls)
        elsewhere = scan.accept("|")
        for index, value in enumerate(node.outputs):
            if index and elsewhere:
                scan.expect(",")
            value.span = scan.place() if elsewhere else node.span
