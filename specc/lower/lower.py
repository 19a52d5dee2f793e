"""The analysed graph as ONNX operators: each layer emits itself, this file gives everything its final name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from specc.base.diagnostics import fail, placing
from specc.ir.algorithms import reads
from specc.ir.builder import Builder, Site
from specc.ir.graph import Graph, Node, Value, Weight
from specc.ir.operation import Arguments
from specc.ir.operators import FormUse, Initializer, OperatorGraph, OperatorInput
from specc.ir.relayout import stored_paths
from specc.lower.errors import OutputNameTaken
from specc.lower.forms import PORTABLE, Form, summary
from specc.lower.inputs import lower_inputs
from specc.lower.names import finish, place
from specc.lower.symbols import symbol_sources


def lower(
    graph: Graph,
    opset: int,
    with_weights: bool = True,
    forms: Mapping[str, Form] = PORTABLE,
    apart: bool = False,
    given: bool = False,
) -> OperatorGraph:
    """The operators of `graph` for ONNX opset `opset`, weights stored in the model or else its inputs. Inputs, outputs
    and weights keep their names, other results carry the path of their layer. `forms` come before what layers emit
    themselves; `apart`: the memory of tensors is a device's; `given`: a state of free size is given in every run.
    Raises `SpecError` for a size that no input tells."""
    _check_names(graph)
    made = OperatorGraph(
        graph.name, graph.doc, states=list(graph.states), domain=graph.domain, scope_docs=dict(graph.scope_docs)
    )
    scope = _Scope({}, {}, forms)
    build = Builder(made, opset, scope.lower_body, symbol_sources(graph), with_weights=with_weights, apart=apart)
    lower_inputs(graph, build, scope.names, given)
    for weight in graph.weights.values():
        made.weights[weight.name] = weight
    for weight in emitted_weights(graph):
        scope.name(weight, build)
    scope.lower_nodes(graph, build)
    finish(made, scope.lower_outputs(graph, build), scope.preferred)
    return made


def emitted_weights(graph: Graph) -> Iterator[Weight]:
    """The weights that are stored: all but those of which nothing is left but what others are computed from."""
    made = [weight.relayout for weight in graph.weights.values() if weight.relayout is not None]
    sources = {path for relayout in made for path in stored_paths(relayout)}
    read = {value for node in graph.nodes for value in reads(node)} if sources else set()
    shown = {output.value for output in graph.outputs}
    for weight in graph.weights.values():
        if weight.name not in sources or weight in read or weight in shown:
            yield weight


def _check_names(graph: Graph) -> None:
    seen = {entry.value.name for entry in graph.inputs}
    for output in graph.outputs:
        if output.name in seen:
            raise fail(OutputNameTaken(output.name), output.span)
        seen.add(output.name)


@dataclass(slots=True)
class _Scope:
    """Names of the values of one graph while it is lowered; `preferred` are those they should end up with."""

    names: dict[Value, str]
    preferred: dict[str, str]
    forms: Mapping[str, Form]

    def lower_nodes(self, graph: Graph, build: Builder) -> None:
        """Emit every node in order."""
        for node in graph.nodes:
            build.layer, build.source = node.path, place(node.span)
            with placing(node.span):
                results = self._results(node, build)
            for index, (value, name) in enumerate(zip(node.outputs, results, strict=True)):
                self.names[value] = name
                path = node.path if len(node.outputs) == 1 else f"{node.path}/{index}"
                self.preferred.setdefault(name, path)
                build.graph.types.setdefault(name, value.type)

    def _results(self, node: Node, build: Builder) -> tuple[str, ...]:
        site = self._site(node, build)
        form = self.forms.get(node.operation.name)
        better = form(node.operation, build, site) if form else None
        if form is None or better is None:
            return node.operation.lower(build, site)
        build.root().graph.forms.append(FormUse(form.__name__, node.path, build.source, summary(form)))
        return better

    def _site(self, node: Node, build: Builder) -> Site:
        names = tuple(None if value is None else self.name(value, build) for value in node.inputs)
        weights = {local: self.name(value, build) for local, value in node.weights.items()}
        kept = {local: value for local, value in node.weights.items() if isinstance(value, Weight)}
        types = tuple(value.type for value in node.outputs)
        return Site(Arguments(node.operation.ports, names), node.input_types(), weights, kept, types)

    def name(self, value: Value, build: Builder) -> str:
        """The name of a value that was lowered, or of a weight."""
        if value in self.names:
            return self.names[value]
        assert isinstance(value, Weight), f"`{value.name}` is read before it is made"
        root = build.root().graph
        initializers, inputs = root.initializers, {entry.name for entry in root.inputs}
        name, count = value.name, 0
        while name in inputs or (name in initializers and initializers[name].data is not value):
            count += 1
            name = f"{value.name}_{count}"
        initializers.setdefault(name, Initializer(name, value.type.dtype, value.dims, value))
        root.weights[value.name] = value
        self.names[value] = name
        return name

    def lower_outputs(self, graph: Graph, build: Builder) -> dict[str, str]:
        """Declare the results of `graph`, a copy of each that is not the only output of what a node made; the name that
        each should end up with, by the name it has."""
        free = {name for operator in build.graph.operators for name in operator.outputs}
        wanted: dict[str, str] = {}
        for output in graph.outputs:
            build.source = place(output.span) or build.source
            name = self.name(output.value, build)
            if name not in free:
                name = build.op("Identity", name)
            free.discard(name)
            wanted[name] = output.name
            build.graph.outputs.append(OperatorInput(name, output.value.type))
        return wanted

    def lower_body(self, graph: Graph, build: Builder, bound: Mapping[Value, str]) -> OperatorGraph:
        """The body of a loop as a nested graph: values in `bound` are read from around it by name, other inputs are its
        own. Weights become initializers of the outermost graph."""
        body = OperatorGraph(f"{build.layer}/body", graph.doc)
        scope = _Scope({**self.names, **bound}, self.preferred, self.forms)
        inner = Builder(body, build.opset, scope.lower_body, build.symbol_sources, build, build.layer, build.source)
        for entry in graph.inputs:
            if entry.value not in bound:
                scope.names[entry.value] = inner.fresh(entry.value.name)
                body.inputs.append(OperatorInput(scope.names[entry.value], entry.value.type))
        scope.lower_nodes(graph, inner)
        inner.layer, inner.source = build.layer, build.source
        scope.lower_outputs(graph, inner)
        return body
