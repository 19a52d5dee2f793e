"""From a syntax tree to a graph: names, values, blocks and loops are gone, every tensor has its type."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from specc.base.diagnostics import Reporter
from specc.base.limits import DEFAULT_LIMITS, Limits
from specc.base.source import Source, Span
from specc.base.suggest import nearest
from specc.base.work import running
from specc.ir.graph import Graph
from specc.ir.oracle import OperatorOracle
from specc.layers.common.attributes import Raw
from specc.layers.registry import layers_by_name
from specc.resolve.apply import title
from specc.resolve.bind_block import bind_parameters, fits
from specc.resolve.errors_statements import NoModel, StateNotUpdated, Unused
from specc.resolve.errors_types import WrongParameter
from specc.resolve.evaluate import evaluate
from specc.resolve.expand import Body, Expander
from specc.resolve.items import (
    Abandoned,
    Block,
    BlockInstance,
    Item,
    LayerInstance,
    ModelBlock,
    Scope,
    describe,
)
from specc.resolve.names import check_names
from specc.resolve.promises import constants, record, symbol_names
from specc.resolve.statements import execute
from specc.syntax import ast
from specc.syntax.files import load_source
from specc.syntax.read import read_module

RECURSION = 20_000
"""Python frames that the deepest nesting which the limits allow can need."""


@dataclass(frozen=True, slots=True)
class ResolveOptions:
    """Parameters of the model by name, bounds, the folder that imports stay in, the judge of `onnx.*` operators, and
    whether symbols are bound, so that a state that grows has a size of one run only."""

    parameters: Mapping[str, Raw] = field(default_factory=dict)
    limits: Limits = DEFAULT_LIMITS
    root: Path | None = None
    oracle: OperatorOracle | None = None
    bound: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """An `expect` statement and the names that it can see."""

    statement: ast.Expect
    scope: Scope
    expander: Expander


@dataclass(frozen=True, slots=True)
class ResolvedModel:
    """An expanded model: its graph, the values of its parameters, its expectations and its weight rules."""

    graph: Graph
    parameters: dict[str, Raw]
    expectations: tuple[Expectation, ...]
    weight_rules: tuple[ast.WeightRule, ...]


def resolve(module: ast.Module, options: ResolveOptions, reporter: Reporter) -> ResolvedModel | None:
    """Expand the model of `module`. Mistakes go to `reporter`; None where there is no graph at all."""
    sys.setrecursionlimit(max(sys.getrecursionlimit(), RECURSION))
    start = Span(module.source, 0, 0)
    header = next((s for s in module.statements if isinstance(s, ast.Model)), None)
    if header is None:
        reporter.report(NoModel("model"), start)
        return None
    ex = _expander(header, options, reporter)
    scope = Scope()
    try:
        _bind_model(ex, header, options.parameters, scope)
        early = constants(ex, module.statements, scope)
        symbols = symbol_names(module.statements, scope)
        check_names(ex, module.statements, symbols)
        record(ex, module.statements, early, symbols)
        parameters = dict(scope.variables)
        execute(ex, module.statements, scope)
    except Abandoned:
        return None
    _finish(ex, header, scope, start)
    raw = {name: _raw(variable.item) for name, variable in parameters.items()}
    expectations = tuple(Expectation(statement, inner, ex) for statement, inner in ex.expectations)
    return ResolvedModel(ex.graph, raw, expectations, tuple(ex.weight_rules))


def _expander(header: ast.Model, options: ResolveOptions, reporter: Reporter) -> Expander:
    graph = Graph(header.name)
    ex = Expander(
        reporter=reporter,
        limits=options.limits,
        meter=running(options.limits),
        graph=graph,
        layers=layers_by_name(),
        evaluate_expression=evaluate,
        execute_statements=execute,
        read_module=lambda source: _read(source, options.limits),
        load_source=lambda path, name: load_source(path, name, options.limits),
        oracle=options.oracle,
        root=options.root,
        bound=options.bound,
    )
    ex.bodies.append(Body(graph))
    return ex


def _read(source: Source, limits: Limits) -> ast.Module:
    """A module that is imported; its mistakes are raised together."""
    reporter = Reporter()
    module = read_module(source, reporter, limits)
    reporter.raise_if_failed()
    return module


def _bind_model(ex: Expander, header: ast.Model, given: Mapping[str, Raw], scope: Scope) -> None:
    known = {parameter.name: parameter for parameter in header.parameters}
    named: dict[str, tuple[Item, Span]] = {}
    for name, value in given.items():
        if name not in known:
            reason = f"the model `{header.name}` has no such parameter"
            raise ex.wrong(WrongParameter(name, reason, nearest(name, known)), header.span)
        named[name] = (_given_item(ex, known[name], value), known[name].span)
    bind_parameters(ex, header.name, header.parameters, (), named, scope, header.span, inferred=True)


def _given_item(ex: Expander, parameter: ast.Parameter, value: Raw) -> Item:
    """A parameter from the command line; the name of a layer stands for the layer where a block is wanted."""
    if isinstance(value, str) and value in ex.layers and parameter.default is not None:
        default = ex.evaluate(parameter.default, Scope())
        if fits("block", default):
            return ex.layers[value]
    return cast("Item", value)


def _raw(item: Item) -> Raw:
    if item is None or isinstance(item, (bool, int, float, str)):
        return item
    if isinstance(item, tuple):
        return tuple(_raw(part) for part in item)
    return title(item) if isinstance(item, (type, Block, BlockInstance, LayerInstance, ModelBlock)) else describe(item)


def _finish(ex: Expander, header: ast.Model, scope: Scope, start: Span) -> None:
    for name, (_, _, span) in ex.open_states.items():
        ex.reporter.report(StateNotUpdated(name, True), span)
    if not ex.graph.outputs and not ex.reporter.failed:
        ex.reporter.report(NoModel("output"), header.span)
    if ex.reporter.failed:
        return
    for entry in ex.graph.inputs:
        if id(entry.value) not in ex.uses:
            ex.reporter.report(Unused("input", entry.value.name), entry.value.span)
    for parameter in header.parameters:
        if not scope.variables[parameter.name].read:
            ex.reporter.report(Unused("parameter", parameter.name), parameter.span)
    for name, variable in scope.variables.items():
        if not variable.read and not name.startswith("_") and name not in {p.name for p in header.parameters}:
            ex.reporter.report(Unused("value", name), variable.span)
