"""The graph as text, one node a line; `text_parse` reads it back to an equal graph.

graph lenet {
  symbol N: high 64
  input %image: float32[N, 1, 32, 32]
  weight %c1.weight: float32[6, 1, 5, 5] = Uniform(-0.2, 0.2), fan 25 150
  %c1: float32[N, 6, 28, 28] = conv[out=6, kernel=5, bias=false](%image, weight=%c1.weight)  # lenet.specc:4:9
  output logits = %c1
}
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import MISSING, is_dataclass

from specc.base.source import Span
from specc.ir.fields import field_values
from specc.ir.graph import Graph, GraphInput, Node, Role, Value, Weight
from specc.tensor.dims import Domain, Poly
from specc.tensor.dtypes import DType

BARE_NAME = re.compile(r"[^\W\d][\w./]*")
BARE_VALUE = re.compile(r"[\w./]+(?::\d+)?")
BARE_FILE = re.compile(r"[\w./-]+")


def print_graph(graph: Graph) -> str:
    """The text of a graph, with a line end."""
    return "\n".join(_lines(graph, None)) + "\n"


def bare_or_quoted(name: str, bare: re.Pattern[str] = BARE_NAME) -> str:
    """`name` as it is where it needs no quotes, else as a JSON string."""
    return name if bare.fullmatch(name) and name != "_" else json.dumps(name)


def print_value(value: object) -> str:
    """An attribute's value: a literal, a tuple, a map, a dim between `<` and `>`, or a dataclass as a call."""
    match value:
        case None | True | False:
            return str(value).lower()
        case str():
            return json.dumps(value)
        case int() | float():
            return repr(value)
        case DType():
            return value.label
        case Poly():
            return f"<{value}>"
        case Span():
            return f"@{_place(value)}"
        case tuple():
            return f"({', '.join(map(print_value, value))}{',' if len(value) == 1 else ''})"
        case dict():
            return "{" + ", ".join(f"{print_value(k)}: {print_value(v)}" for k, v in value.items()) + "}"
        case _:
            return _call(value)


def _call(value: object) -> str:
    """A small dataclass: its values in order, those at the end left out that are the defaults."""
    if not is_dataclass(value) or isinstance(value, Graph):
        raise TypeError(f"a {type(value).__name__} has no text form here")
    entries = [(print_value(item), _default_text(default)) for _, item, default in field_values(value)]
    while entries and entries[-1][0] == entries[-1][1]:
        entries.pop()
    return f"{type(value).__name__}({', '.join(text for text, _ in entries)})"


def _default_text(default: object) -> str | None:
    return None if default is MISSING else print_value(default)


def _lines(graph: Graph, outer: Domain | None) -> Iterator[str]:
    yield f"graph {bare_or_quoted(graph.name)} {{"
    if graph.doc:
        yield f"  doc {json.dumps(graph.doc)}"
    yield from (f"  scope {bare_or_quoted(path)} {json.dumps(doc)}" for path, doc in graph.scope_docs.items())
    if graph.domain is not outer:
        yield from _domain(graph.domain, outer is not None)
    yield from (f"  input {_input(entry)}{_suffix(entry.value.span)}" for entry in graph.inputs)
    yield from (f"  state {bare_or_quoted(pair.input)} -> {bare_or_quoted(pair.output)}" for pair in graph.states)
    yield from (f"  weight {_weight(weight)}{_suffix(weight.span)}" for weight in graph.weights.values())
    for node in graph.nodes:
        yield from (f"  {line}" for line in _node(node, graph.domain))
    for output in graph.outputs:
        yield f"  output {bare_or_quoted(output.name)} = {_reference(output.value)}{_suffix(output.span)}"
    yield "}"


def _domain(domain: Domain, own: bool) -> Iterator[str]:
    if own:
        yield "  domain own"
    for name in sorted({*domain.low, *domain.high, *domain.unit}):
        tables = (("low", domain.low), ("high", domain.high), ("unit", domain.unit))
        promises = (f"{word} {table[name]}" for word, table in tables if name in table)
        yield f"  symbol {name}: {', '.join(promises)}"
    yield from (f"  fact {fact} >= 0" for fact in domain.facts)


def _reference(value: Value | None) -> str:
    return "_" if value is None else f"%{bare_or_quoted(value.name, BARE_VALUE)}"


def _typed(value: Value) -> str:
    return f"{_reference(value)}: {value.type}"


def _input(entry: GraphInput) -> str:
    return _typed(entry.value) + ("" if entry.default is None else f" = {print_value(entry.default)}")


def _weight(weight: Weight) -> str:
    text = f"{_typed(weight)} = {print_value(weight.initial if weight.relayout is None else weight.relayout)}"
    if weight.role is not Role.TRAINABLE:
        text += f", {weight.role.value}"
    if (weight.fan_in, weight.fan_out) != (1, 1):
        text += f", fan {weight.fan_in} {weight.fan_out}"
    return text + "".join(f", also {bare_or_quoted(alias, BARE_VALUE)}" for alias in weight.aliases)


def _node(node: Node, domain: Domain) -> Iterator[str]:
    """The line of a node; the body of a scan stands inside its brackets, on lines of its own."""
    line = f"{', '.join(map(_typed, node.outputs))} = {bare_or_quoted(node.operation.name)}"
    opening = "["
    for name, value, default in field_values(node.operation):
        if isinstance(value, Graph):
            first, *rest = _lines(value, domain)
            yield f"{line}{opening}{name}={first}"
            yield from rest[:-1]
            line, opening = rest[-1], ", "
        elif print_value(value) != _default_text(default):
            line, opening = f"{line}{opening}{name}={print_value(value)}", ", "
    operands = [_reference(value) for value in node.inputs]
    operands += [f"{bare_or_quoted(name)}={_reference(value)}" for name, value in node.weights.items()]
    line += f"{'' if opening == '[' else ']'}({', '.join(operands)})"
    if node.path != default_path([value.name for value in node.outputs]):
        line += f" as {bare_or_quoted(node.path, BARE_VALUE)}"
    yield line + _node_suffix(node)


def default_path(outputs: list[str]) -> str:
    """The path of a node that makes `outputs`, unless it says otherwise."""
    return "" if not outputs else outputs[0] if len(outputs) == 1 else outputs[0].removesuffix(":0")


def _place(span: Span | None) -> str:
    return "_" if span is None else f"{bare_or_quoted(span.source.name, BARE_FILE)}:{span.line}:{span.column}"


def _suffix(span: Span | None) -> str:
    return "" if span is None else f"  # {_place(span)}"


def _node_suffix(node: Node) -> str:
    """Where the node stands, after `<` each call it came by, after `|` its results where they stand elsewhere."""
    places = [_place(value.span) for value in node.outputs]
    text = " < ".join(map(_place, (node.span, *node.calls)))
    if any(place != _place(node.span) for place in places):
        return f"  # {text} | {', '.join(places)}"
    return "" if text == "_" else f"  # {text}"
