"""The Python interface: specs and the models compiled from them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from specc.base.chosen_limits import limits_with
from specc.base.diagnostics import Diagnostic, Reporter, SpecError, fail
from specc.base.targets import Target, load_target
from specc.base.work import bounded
from specc.driver import NOTHING, Origin, build, open_spec, optimised, understand
from specc.errors import UnsupportedChoice
from specc.layers.common.attributes import Raw
from specc.report.record import Report
from specc.syntax.files import text_source
from specc.syntax.read import Syntax
from specc.values import parameter, size

if TYPE_CHECKING:
    from specc.analysis.conventions.convention import Tally
    from specc.analysis.cost import CostReport
    from specc.analysis.training import Training
    from specc.arena.use import ArenaUse
    from specc.calibrate.quantising import Request
    from specc.calibrate.samples import Data
    from specc.emit.settings import Session
    from specc.ir.graph import Graph
    from specc.ir.operators import OperatorGraph
    from specc.model import Model, Weights
    from specc.passes.choice import Optimisation
    from specc.passes.narrow import Narrowing
    from specc.resolve.resolve import ResolvedModel
    from specc.verify import Verification
    from specc.weights.match import Match

MOST = 2**31 - 1
"""A size that no dim of a model should be above."""
FLOATS = ("float32", "float16", "bfloat16")
INTERFACES = ("float32", "same")
LEVELS = ("0", "1", "2", "3")
SYNTAXES: dict[str, Syntax] = {"text": "specc", "specc": "specc", "yaml": "yaml"}


def load(name: str, /, *, limits: Mapping[str, int] = NOTHING, **parameters: object) -> Spec:
    """The spec in a `.yaml` or `.specc` file or in the zoo (`zoo:NAME`); `limits` replace those of `specc.base.limits`.
    Raises `SpecError` where it cannot be read."""
    return load_with(name, parameters, limits)


def load_with(name: str, parameters: Mapping[str, object], limits: Mapping[str, int] = NOTHING) -> Spec:
    """The same with the parameters in a mapping, so that one may be called `limits`."""
    return Spec(open_spec(name, limits_with(limits)), _parameters(parameters))


def loads(
    text: str,
    /,
    syntax: str | None = None,
    name: str = "<string>",
    *,
    limits: Mapping[str, int] = NOTHING,
    **parameters: object,
) -> Spec:
    """The spec that `text` spells: `syntax` is `text` or `yaml`, and told from the text where it is None."""
    if syntax is not None and syntax not in SYNTAXES:
        raise fail(UnsupportedChoice("syntax", syntax, tuple(SYNTAXES)))
    form = SYNTAXES[syntax] if syntax else _form(text)
    chosen = limits_with(limits)
    return Spec(Origin(text_source(text, name, chosen), form, None, {}, chosen), _parameters(parameters))


def _form(text: str) -> Syntax:
    """YAML where a line is a key of its top level; no statement of the text form is a name and a colon."""
    return "yaml" if re.search(r"^(specc|model|params|inputs|graph|outputs)\s*:", text, re.MULTILINE) else "specc"


def _parameters(given: Mapping[str, object]) -> dict[str, Raw]:
    return {name: parameter(name, value) for name, value in given.items()}


@dataclass(repr=False)
class Spec:
    """A spec with the values of its parameters. It is resolved once, when first needed."""

    origin: Origin
    parameters: Mapping[str, Raw]
    warnings: tuple[Diagnostic, ...] = ()

    def __repr__(self) -> str:
        return f"<specc.Spec {self.origin.source.name}>"

    def check(self) -> None:
        """Raise `SpecError` with everything that is wrong; warnings are in `warnings` afterwards."""
        from specc.emit.opsets import needed_opset

        with bounded(self.origin.limits):
            build(self._resolved, needed_opset(self._resolved.graph))

    @property
    def name(self) -> str:
        """Name of the model."""
        return self._resolved.graph.name

    @cached_property
    def _resolved(self) -> ResolvedModel:
        reporter = Reporter(most=self.origin.limits.errors)
        with bounded(self.origin.limits):
            resolved = understand(self.origin, self.parameters, reporter)
        self.warnings = tuple(reporter.in_order())
        return resolved

    def report(self, target: str = "cpu", **bindings: object) -> Report:
        """Costs with the symbols bound to `bindings`. Raises `SpecError` for a symbol or size that the model lacks."""
        return self.report_at({name: size(name, value) for name, value in bindings.items()}, target)

    def _narrowed(self, dtype: str) -> Graph:
        """The graph as it is with weights and results of layers in `dtype`, inputs and outputs, too."""
        from specc.passes.ledger import Ledger
        from specc.passes.narrow import narrowed

        _supported("element type", dtype, FLOATS)
        choice = _narrowing(dtype, (), "same", 21)
        return self._resolved.graph if choice is None else narrowed(self._resolved.graph, choice, Ledger())

    def report_at(self, sizes: Mapping[str, int], target: str = "cpu", dtype: str = "float32") -> Report:
        """The same with the sizes in a mapping, and the model in `dtype`: float32, float16 or bfloat16."""
        from specc.analysis.advice.advice import Facts
        from specc.analysis.advice.advise import advise
        from specc.analysis.bindings import Binder
        from specc.analysis.cost import analyse
        from specc.analysis.critical import critical_path, stretches
        from specc.analysis.decoding import token_cache
        from specc.analysis.fit import largest
        from specc.analysis.memory import Liveness, Memory
        from specc.analysis.roofline import predict

        wanted = load_target(target)
        machine, halving = wanted.machine, wanted.device == "cpu" and wanted.contrib
        with bounded(self.origin.limits):
            self._check_sizes(sizes)
            graph, binder = self._narrowed(dtype), Binder(sizes)
            cost, liveness = analyse(graph, binder), Liveness(graph)
            memory = Memory(liveness.peak(sizes), liveness.formula)
            roofline = predict(graph, cost.layers, machine, dtype, halving) if machine else None
            batch = largest(graph, liveness, sizes, "N", machine.capacity) if machine else None
            cache = token_cache(graph)
            return Report(
                graph.name,
                self._resolved.parameters,
                sizes,
                cost,
                memory,
                roofline,
                cache,
                batch,
                advice=advise(Facts(graph, cost.layers, cost.params, cost.macs, binder, roofline)),
                critical=critical_path(graph, roofline) if roofline else None,
                stretches=stretches([layer.path for layer in cost.layers], roofline) if roofline else (),
                dtype=dtype,
            )

    def open_sizes(self, sizes: Mapping[str, int]) -> tuple[str, ...]:
        """The symbols of the inputs that `sizes` leave open."""
        from specc.analysis.bindings import graph_symbols

        return tuple(name for name in graph_symbols(self._resolved.graph) if name not in sizes)

    def arena_at(self, sizes: Mapping[str, int], target: str = "cpu", threads: int = 0, lanes: int = 0) -> ArenaUse:
        """What onnxruntime's arena takes for a run of the compiled model on the CPU, in float32. Raises `SpecError`
        where `sizes` leave a size open, and for a target of another device. 0 threads are one for each core of this
        machine; `lanes` are the float32 numbers of a vector, 0 for those of the target."""
        from specc.analysis.errors import BindingOutOfBounds, SizeUnbound
        from specc.arena.predict import BLOCK, arena_use
        from specc.emit.sized import sized_graph

        wanted = load_target(target)
        _supported("device of an arena", wanted.device, ("cpu",))
        self._check_sizes(sizes)
        unbound = self.open_sizes(sizes)
        if unbound:
            raise fail(SizeUnbound(unbound))
        model = self.compile(target)
        told = wanted.machine.multiple.get("float32", BLOCK) if wanted.machine else BLOCK
        small = (lanes or told) < BLOCK
        try:
            with bounded(self.origin.limits):
                graph = sized_graph(model.operators, model.settings, sizes)
        except OverflowError:
            name = max(sizes, key=lambda one: sizes[one])
            raise fail(BindingOutOfBounds(name, sizes[name], 1, min(sizes[name] - 1, MOST))) from None
        return arena_use(graph, BLOCK // 2 if small else BLOCK, threads)

    def html(self, report: Report, target: str, command: str) -> str:
        """`report`, which was made of this spec for `target`, as one HTML file that opens without a network; `command`
        is told in it as what makes it again."""
        from specc import __version__
        from specc.analysis.bindings import Binder
        from specc.report.html.document import as_html
        from specc.report.html.subject import Subject

        binder = Binder(report.bindings)
        with bounded(self.origin.limits):
            return as_html(
                Subject(self._narrowed(report.dtype), report, load_target(target), command, __version__, binder)
            )

    def counted_by(self, counters: Iterable[str]) -> tuple[Tally, ...]:
        """What other counters (`fvcore`, `thop`, `ptflops`, `deepspeed`, `torchinfo`) say of the model, in the symbols.
        Raises `SpecError` for another name."""
        from specc.analysis.conventions.convention import tally
        from specc.analysis.conventions.registry import CONVENTIONS

        names = tuple(dict.fromkeys(counters))
        for name in names:
            _supported("counter", name, tuple(CONVENTIONS))
        with bounded(self.origin.limits):
            return tuple(tally(self._resolved.graph, CONVENTIONS[name]) for name in names)

    def training_costs(self) -> Training:
        """What a training step costs beside the forward pass, in the symbols."""
        from specc.analysis.training import training

        with bounded(self.origin.limits):
            return training(self._resolved.graph)

    def cost_at(self, sizes: Mapping[str, int]) -> CostReport:
        """Parameters, MACs and FLOPs alone, which take less time."""
        from specc.analysis.bindings import Binder
        from specc.analysis.cost import analyse

        self._check_sizes(sizes)
        with bounded(self.origin.limits):
            return analyse(self._resolved.graph, Binder(sizes))

    def _check_sizes(self, sizes: Mapping[str, int]) -> None:
        from specc.analysis.bindings import binding_mistakes

        mistakes = binding_mistakes(self._resolved.graph, sizes)
        if mistakes:
            raise SpecError(mistake.at(None) for mistake in mistakes)

    def _bound(self, sizes: Mapping[str, int]) -> ResolvedModel:
        """The graph with the symbols of `sizes` replaced."""
        self._check_sizes(sizes)
        if not sizes:
            return self._resolved
        with bounded(self.origin.limits):
            return understand(self.origin, self.parameters, Reporter(most=self.origin.limits.errors), sizes)

    def compile(
        self,
        target: str = "portable",
        dtype: str = "float32",
        weights: Weights = None,
        seed: int = 0,
        opset: int | None = None,
        bindings: Mapping[str, int] = NOTHING,
        partial: bool = False,
        weight_rules: str | Path | None = None,
        *,
        level: int = 2,
        without: Iterable[str] = (),
        quantise: str | None = None,
        calibrate: Data | None = None,
        method: str | None = None,
        accuracy: float | None = None,
        keep: Iterable[str] = (),
        block: int | None = None,
        interface: str = "float32",
    ) -> Model:
        """The model as ONNX, with the symbols of `bindings` fixed.

        `weights`: a file, a folder of shards, arrays by path, `"none"` to make each tensor an input, or None for first
        values by the initialisers, drawn with `seed`. Each weight needs a tensor; with `partial`, those without keep
        their first values. `weight_rules`: a file of rules that come before those of the spec. `level`: how much is
        rewritten, as `-O` of `specc compile`; `without`: names of rewrites that are left out. `dtype` is that of
        weights and results of layers, but for layers that are safer in float32 and those at or below the paths in
        `keep`; inputs and outputs stay in float32, or with the interface `"same"` are in `dtype`, too.

        With `dtype` int8 or int4 the model is quantised: `quantise` is `static` (ranges of activations from the data
        `calibrate`: a `.npz` file, a folder, or arrays by input; by `method` minmax, entropy or percentile), `dynamic`
        or `weights` (in blocks of `block`); layers below the paths `keep` stay in floating point, and those that hurt,
        until the cosine of each output is at least `accuracy`. Raises `SpecError` for what is wrong or not offered.
        """
        from specc.emit.settings import IR_VERSIONS, EmitSettings
        from specc.model import Model, WeightChoice, open_weights
        from specc.report.values import raw_text

        wanted = load_target(target)
        request = _request(dtype, quantise, calibrate, method, accuracy, tuple(keep), block, seed, bindings)
        resolved = self._bound(bindings)
        chosen = self._opset(resolved, _usual_opset(resolved, wanted, dtype), opset)
        source = open_weights(resolved, WeightChoice(weights, seed, partial, weight_rules))
        parameters = {name: raw_text(raw) for name, raw in resolved.parameters.items()}
        settings = EmitSettings(chosen, IR_VERSIONS[chosen], parameters, wanted.name, weights != "none")
        choice = _optimisation(level, without, _kind(wanted, dtype), _narrowing(dtype, keep, interface, chosen))
        with bounded(self.origin.limits):
            operators, ledger = optimised(resolved, chosen, choice, settings.with_weights)
            settings = replace(settings, session=_session(wanted, operators, dtype, chosen))
            model = Model(operators, resolved, source, settings, ledger, choice)
            return model if request is None else _quantised(model, request, wanted)

    def verify(
        self,
        sizes: Mapping[str, int] = NOTHING,
        target: str = "cpu",
        dtype: str = "float32",
        weights: Weights = None,
        seed: int = 0,
        *,
        level: int = 2,
        without: Iterable[str] = (),
        keep: Iterable[str] = (),
        device: str = "cpu",
        inputs: Iterable[str] = (),
    ) -> Verification:
        """The model as it is beside itself in numpy, as the runtime rewrites it, and as it is compiled with these
        choices, at `sizes` and at larger ones. Raises `SpecError` for what is wrong with the choices."""
        from specc.verify import Choice, verify

        plain = self.compile("portable", "float32", weights, seed, level=0)
        used = self.compile(target, dtype, weights, seed, level=level, without=without, keep=keep)
        return verify(plain, used, sizes, Choice(dtype, device, seed, tuple(inputs)))

    def _opset(self, resolved: ResolvedModel, usual: int, wanted: int | None) -> int:
        """The opset that is wanted, or the usual one and a later one where the model needs it."""
        from specc.emit.opsets import check_opset, needed_opset
        from specc.emit.settings import OPSETS

        if wanted is None:
            return max(usual, needed_opset(resolved.graph))
        _supported("opset", str(wanted), tuple(map(str, OPSETS)))
        check_opset(resolved.graph, wanted)
        return wanted

    def match(self, weights: Weights, partial: bool = False, weight_rules: str | Path | None = None) -> Match:
        """How a file, or arrays by path, fit the weights of the model: what `compile` would take, what is wrong.

        Raises `SpecError` where the file cannot be read.
        """
        from specc.model import WeightChoice, matched_weights

        return matched_weights(self._resolved, WeightChoice(weights, 0, partial, weight_rules))


def _usual_opset(resolved: ResolvedModel, target: Target, dtype: str) -> int:
    """The target's opset; the one that has bfloat16 convolutions, where that takes no other layer from the device."""
    from specc.passes.islands import BFLOAT16_CONVOLUTIONS, LEAVE_CUDA

    names = {node.operation.name for node in resolved.graph.nodes}
    later = dtype == "bfloat16" and "conv" in names and not names & LEAVE_CUDA
    return max(target.opset, BFLOAT16_CONVOLUTIONS) if later else target.opset


def _session(target: Target, operators: OperatorGraph, dtype: str, opset: int) -> Session | None:
    from specc.emit.channels_last import OPTION, channels_last
    from specc.emit.settings import Session

    if not target.contrib:
        return None
    turned = target.device == "cuda" and channels_last(operators, dtype, opset)
    provider = {**({OPTION: "1"} if turned else {}), **target.provider_options}
    return Session(target.device, target.providers, provider, target.session, target.disabled_optimizers)


def _narrowing(dtype: str, keep: Iterable[str], interface: str, opset: int) -> Narrowing | None:
    from specc.passes.narrow import Narrowing
    from specc.tensor.dtypes import DTYPES as TYPES

    _supported("interface", interface, INTERFACES)
    if dtype not in ("float16", "bfloat16"):
        return None
    return Narrowing(TYPES[dtype], frozenset(keep), interface == "float32", opset)


def _quantised(model: Model, request: Request, target: Target) -> Model:
    from specc.calibrate.quantising import quantised

    return quantised(model, request, target)


def _request(
    dtype: str,
    form: str | None,
    data: Data | None,
    method: str | None,
    accuracy: float | None,
    keep: tuple[str, ...],
    block: int | None,
    seed: int,
    sizes: Mapping[str, int],
) -> Request | None:
    """What is asked of quantisation; None for a model in floating point."""
    from specc.quantise.choice import BLOCKS, DTYPES, FORMS, HALF, METHODS
    from specc.quantise.errors import QuantisationUnused

    _supported("element type", dtype, DTYPES)
    given = {"quantise": form, "calibrate": data, "method": method, "accuracy": accuracy, "keep": keep or None}
    given["block"] = block
    if dtype in HALF:
        given["keep"] = None
    if dtype in ("float32", *HALF):
        for option in (name for name, value in given.items() if value is not None):
            raise fail(QuantisationUnused(option, dtype))
        return None
    from specc.calibrate.quantising import Request

    _supported(f"form of {dtype}", form or "weights", FORMS if dtype == "int8" else ("weights",))
    _supported("method", method or "minmax", METHODS)
    _supported("size of a block", str(block or 32), tuple(map(str, BLOCKS)))
    if accuracy is not None and not 0 < accuracy <= 1:
        raise fail(UnsupportedChoice("accuracy", f"{accuracy:g}", ("a cosine above 0, at most 1",)))
    return Request(dtype, form, data, method or "minmax", accuracy, keep, block or 32, seed, sizes)


def _kind(target: Target, dtype: str) -> str:
    """Which forms of layers are emitted."""
    if not target.contrib:
        return "portable"
    return "integer" if dtype.startswith("int") else target.device


def _optimisation(level: int, without: Iterable[str], kind: str, narrowing: Narrowing | None) -> Optimisation:
    from specc.lower.forms import FORMS
    from specc.passes.choice import Optimisation
    from specc.passes.passes import PASSES

    left_out = frozenset(without)
    _supported("level", str(level), LEVELS)
    for name in sorted(left_out):
        _supported("rewrite", name, (*(one.name for one in PASSES), *FORMS))
    return Optimisation(level, left_out, kind, narrowing)


def _supported(kind: str, name: str, known: tuple[str, ...]) -> None:
    if name not in known:
        raise fail(UnsupportedChoice(kind, name, known))
