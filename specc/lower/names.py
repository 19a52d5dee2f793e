"""Final names: each is unique over the model and all its bodies, and says as much as it can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from specc.base.source import Span
from specc.ir.operators import Operator, OperatorGraph


def place(span: Span | None) -> str:
    """`FILE:LINE` of a span."""
    return f"{span.source.name}:{span.line}" if span else ""


def finish(graph: OperatorGraph, wanted: Mapping[str, str], preferred: Mapping[str, str]) -> None:
    """Give every tensor its final name and drop initializers that nothing reads. `wanted` are the names of outputs,
    which they get; `preferred` those of other results, which they get where they are free."""
    names = _Names({entry.name for entry in graph.inputs} | set(wanted.values()))
    for output in graph.outputs:
        names.final[output.name] = output.name = wanted[output.name]
    _keep_used(graph, names)
    for operator in _operators(graph):
        for body in _bodies(operator):
            for entry in body.inputs:
                names.choose(entry.name)
        for name in operator.outputs:
            names.choose(name, preferred.get(name))
    _apply(graph, names.final)


@dataclass(slots=True)
class _Names:
    taken: set[str]
    final: dict[str, str] = field(default_factory=dict)

    def choose(self, name: str, preferred: str | None = None) -> None:
        """Settle the final name of what is called `name` so far."""
        if not name or name in self.final:
            return
        chosen, count = preferred or name, 0
        if chosen in self.taken:
            chosen = name
        while chosen in self.taken:
            count += 1
            chosen = f"{name}_{count}"
        self.taken.add(chosen)
        self.final[name] = chosen


def _keep_used(graph: OperatorGraph, names: _Names) -> None:
    defaults = {entry.name for entry in graph.inputs if entry.default is not None}
    reads = [name for operator in _operators(graph) for name in operator.inputs]
    kept = {}
    for name in dict.fromkeys([*sorted(defaults), *reads]):
        initializer = graph.initializers.get(name)
        if initializer is None:
            continue
        if name not in defaults:
            names.choose(name)
            initializer.name = names.final[name]
        kept[initializer.name] = initializer
    graph.initializers = kept


def _operators(graph: OperatorGraph) -> Iterator[Operator]:
    """Every operator, those of bodies after the one that holds them."""
    for operator in graph.operators:
        yield operator
        for body in _bodies(operator):
            yield from _operators(body)


def _bodies(operator: Operator) -> Iterator[OperatorGraph]:
    for attribute in operator.attributes.values():
        if isinstance(attribute, OperatorGraph):
            yield attribute


def _apply(graph: OperatorGraph, final: Mapping[str, str]) -> None:
    for operator in graph.operators:
        operator.inputs = tuple(final.get(name, name) for name in operator.inputs)
        operator.outputs = tuple(final.get(name, name) for name in operator.outputs)
        for body in _bodies(operator):
            for entry in (*body.inputs, *body.outputs):
                entry.name = final.get(entry.name, entry.name)
            _apply(body, final)
    results = {name for operator in graph.operators for name in operator.outputs}
    shown = {entry.name for entry in graph.outputs}
    types = {final.get(name, name): type_ for name, type_ in graph.types.items()}
    graph.types = {name: type_ for name, type_ in types.items() if name in results and name not in shown}
