"""The pipeline: one spec from its text to a model, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from specc.base.diagnostics import Reporter
from specc.base.limits import DEFAULT_LIMITS, Limits
from specc.base.source import Source, Span
from specc.layers.common.attributes import Raw
from specc.syntax import ast
from specc.syntax.files import load_source
from specc.syntax.read import Syntax, read_module, syntax_of
from specc.zoo import PREFIX, zoo_model

if TYPE_CHECKING:
    from specc.ir.operators import OperatorGraph
    from specc.passes.choice import Optimisation
    from specc.passes.ledger import Ledger
    from specc.resolve.resolve import ResolvedModel

NOTHING: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Origin:
    """A spec's text, the folder that its imports stay in, the parameters that came with its name, and bounds."""

    source: Source
    syntax: Syntax
    root: Path | None
    parameters: Mapping[str, Raw]
    limits: Limits = DEFAULT_LIMITS


def open_spec(name: str, limits: Limits = DEFAULT_LIMITS) -> Origin:
    """The spec at a path or in the zoo (`zoo:NAME`). Raises `SpecError` where it cannot be read."""
    if name.startswith(PREFIX):
        model = zoo_model(name.removeprefix(PREFIX))
        source = load_source(model.path, f"specs/{model.spec}", limits)
        return Origin(source, syntax_of(model.spec), model.root, model.parameters, limits)
    path = Path(name)
    return Origin(load_source(path, name, limits), syntax_of(name), path.parent, {}, limits)


def understand(
    origin: Origin, parameters: Mapping[str, Raw], reporter: Reporter, sizes: Mapping[str, int] = NOTHING
) -> ResolvedModel:
    """Text -> AST -> graph, its expectations enforced. Raises `SpecError` with all that is wrong.

    Symbols in `sizes` become integers; expectations speak of symbols, so they are left out then.
    """
    from specc.analysis.expectations import enforce
    from specc.emit.oracle import OnnxOracle
    from specc.resolve.resolve import ResolveOptions, resolve

    module = read_module(origin.source, reporter, origin.limits, origin.syntax)
    reporter.raise_if_failed()
    module = with_sizes(module, sizes)
    given = {**origin.parameters, **parameters}
    resolved = resolve(module, ResolveOptions(given, origin.limits, origin.root, OnnxOracle(), bool(sizes)), reporter)
    reporter.raise_if_failed()
    assert resolved is not None
    if not sizes:
        enforce(resolved, reporter)
    reporter.raise_if_failed()
    return resolved


def with_sizes(module: ast.Module, sizes: Mapping[str, int]) -> ast.Module:
    """`module` with the symbols in `sizes` defined as integers, ahead of all other statements."""
    place = module.statements[0].span if module.statements else Span(module.source, 0, 0)
    assigned = (
        ast.Assign(place, ast.Name(place, name), ast.Number(place, value, str(value))) for name, value in sizes.items()
    )
    return replace(module, statements=(*assigned, *module.statements)) if sizes else module


def build(resolved: ResolvedModel, opset: int, with_weights: bool = True) -> OperatorGraph:
    """Graph -> operators, nothing rewritten; without weights, these are inputs."""
    from specc.lower.lower import lower

    return lower(resolved.graph, opset, with_weights)


def optimised(
    resolved: ResolvedModel, opset: int, choice: Optimisation, with_weights: bool = True
) -> tuple[OperatorGraph, Ledger]:
    """Graph -> rewritten graph -> operators, and what was rewritten."""
    from specc.ir.verify import verify
    from specc.lower.forms import TABLES
    from specc.lower.lower import lower
    from specc.passes.ledger import Entry
    from specc.passes.narrow import narrowed
    from specc.passes.optimise import optimise
    from specc.passes.passes import passes_at
    from specc.passes.rewrite import Setting

    setting = Setting(with_weights, choice.kind)
    graph, ledger = optimise(resolved.graph, passes_at(choice.level, choice.without), setting)
    if choice.narrowing is not None:
        graph = narrowed(graph, choice.narrowing, ledger)
        verify(graph)
    kind = choice.kind if choice.level >= 2 else "portable"
    forms = {layer: form for layer, form in TABLES[kind].items() if form.__name__ not in choice.without}
    made = lower(graph, opset, with_weights, forms, choice.kind == "cuda", kind != "portable")
    ledger.entries += (Entry(use.form, (use.layer,), use.source, True, use.what) for use in made.forms)
    return made, ledger


def formatted(origin: Origin, syntax: Syntax | None = None) -> str:
    """The spec's text in its canonical form, in `syntax` where given. Raises `SpecError` where it cannot be read."""
    from specc.syntax.format_text import format_text
    from specc.syntax.format_yaml import format_yaml

    reporter = Reporter(most=origin.limits.errors)
    module = read_module(origin.source, reporter, origin.limits, origin.syntax)
    reporter.raise_if_failed()
    return format_yaml(module) if (syntax or origin.syntax) == "yaml" else format_text(module)
