"""A model beside itself: as it is, as the runtime rewrites it, as specc does, narrower, on other devices, in numpy."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from specc.analysis.bindings import Binder, binding_mistakes, graph_symbols
from specc.analysis.cost import analyse
from specc.base.diagnostics import SpecError
from specc.base.source import Span
from specc.ir.graph import Graph
from specc.model import Model
from specc.passes.ledger import Ledger
from specc.quantise.accuracy import Accuracy, Comparison
from specc.runtime.session import SessionSettings
from specc.runtime.values import given_sizes, parse_inputs
from specc.tensor.dims import evaluate
from specc.weights.arrays import Array

TOLERANCES: Mapping[str, float] = {"float32": 1e-4, "float16": 1e-2, "bfloat16": 4e-2}
"""Largest difference over the largest magnitude, by the element type of the model that is compared."""
COSINES: Mapping[str, float] = {"int8": 0.99, "int4": 0.95}
REFERENCE_MACS = 500_000_000
"""MACs up to which a model is run in numpy, too."""
_GROUP = 1 << 28
"""Bytes of inner tensors that are compared at once."""

Run = Callable[[tuple[str, ...]], Mapping[str, Array]]
"""Runs a model; the results also have the inner tensors that are named."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is compared: the element type and device of the model as it is to be used, the seed of inputs, inputs as
    `NAME=VALUE`, and MACs up to which numpy takes part."""

    dtype: str = "float32"
    device: str = "cpu"
    seed: int = 0
    inputs: tuple[str, ...] = ()
    reference_macs: int = REFERENCE_MACS


@dataclass(frozen=True, slots=True)
class Compared:
    """One contender at one set of sizes: its outputs beside those of the model as it is, the largest difference over
    the largest magnitude, and the seconds of its run; or why it was `skipped`."""

    contender: str
    sizes: Mapping[str, int]
    outputs: tuple[Accuracy, ...] = ()
    relative: float = 0.0
    seconds: float = 0.0
    skipped: str = ""
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class Divergence:
    """The first layer, in the order of a run, whose result differs: its path, its place in the spec, the largest
    difference over the largest magnitude, and the rewrites that had to do with it."""

    contender: str
    sizes: Mapping[str, int]
    layer: str
    span: Span | None
    relative: float
    tolerance: float
    rewrites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """All comparisons of a model, and where the first that does not agree begins to differ."""

    model: str
    dtype: str
    compared: tuple[Compared, ...]
    divergence: Divergence | None = None

    @property
    def agrees(self) -> bool:
        """Whether all that ran agrees."""
        return all(one.agrees for one in self.compared)


def verify(plain: Model, used: Model, sizes: Mapping[str, int], choice: Choice) -> Verification:
    """Compare `used` and others with `plain`, which is nothing rewritten, at `sizes` and at others. Raises `SpecError`
    for sizes that do not fit and for a model that cannot run."""
    graph = plain.resolved.graph
    told = given_sizes(choice.inputs, plain.session().inputs, sizes)
    compared: list[Compared] = []
    divergence: Divergence | None = None
    for bound in two_bindings(graph, sizes, told):
        feeds = _feeds(plain, bound, choice)
        base = _runtime(plain, feeds, SessionSettings(optimise=False))
        wanted = base(())
        for name, run, why in _contenders(plain, used, feeds, bound, choice):
            dtype = choice.dtype if name.startswith("compiled") else "float32"
            one = _compared(name, bound, wanted, run, why, dtype)
            compared.append(one)
            if not one.agrees and run is not None and divergence is None:
                other = used if name.startswith("compiled") else plain
                divergence = _first(name, (plain, base), (other, run), bound, dtype)
    return Verification(graph.name, choice.dtype, tuple(compared), divergence)


def two_bindings(graph: Graph, given: Mapping[str, int], told: Mapping[str, int]) -> list[dict[str, int]]:
    """The sizes that are given or `told` by inputs, small ones for other symbols; and, where the model has symbols that
    no input tells, larger ones."""
    low, unit = graph.domain.low, graph.domain.unit
    symbols = graph_symbols(graph)
    usual = {symbol: 1 if symbol == "N" else -(-max(4, low.get(symbol, 1)) // unit.get(symbol, 1)) * unit.get(symbol, 1)
             for symbol in symbols}  # fmt: skip
    first = {**usual, **{symbol: told[symbol] for symbol in symbols if symbol in told}, **given}
    mistakes = binding_mistakes(graph, first)
    if mistakes:
        raise SpecError(mistake.at(None) for mistake in mistakes)
    second = dict(first)
    for symbol in symbols:
        if symbol in told:
            continue
        larger = {**second, symbol: second[symbol] + unit.get(symbol, 1)}
        second = second if binding_mistakes(graph, larger) else larger
    return [first] if second == first else [first, second]


def _feeds(model: Model, sizes: Mapping[str, int], choice: Choice) -> dict[str, Array]:
    return parse_inputs(choice.inputs, model.session().inputs, sizes, choice.seed, fill=True)[0]


def _contenders(
    plain: Model, used: Model, feeds: Mapping[str, Array], sizes: Mapping[str, int], choice: Choice
) -> Iterator[tuple[str, Run | None, str]]:
    """Name, what runs it, and why it does not run."""
    macs = analyse(plain.resolved.graph, Binder(sizes)).macs
    if macs is not None and macs > choice.reference_macs:
        yield "onnx.reference", None, f"{macs:,} MACs are more than {choice.reference_macs:,}"
    else:
        yield "onnx.reference", _reference(plain, feeds), ""
    yield "runtime's rewrites", _runtime(plain, feeds, SessionSettings()), ""
    yield "compiled", _runtime(used, feeds, SessionSettings()), ""
    if choice.device == "cuda":
        yield "compiled, on CUDA", _runtime(used, feeds, SessionSettings("cuda")), ""


def _runtime(model: Model, feeds: Mapping[str, Array], settings: SessionSettings) -> Run:
    def run(watched: tuple[str, ...]) -> Mapping[str, Array]:
        return _watching(model, watched).session(settings).run(feeds)

    return run


def _reference(model: Model, feeds: Mapping[str, Array]) -> Run:
    def run(watched: tuple[str, ...]) -> Mapping[str, Array]:
        from specc.emit.reference import reference_outputs

        return reference_outputs(_watching(model, watched).proto, feeds)

    return run


def _watching(model: Model, watched: tuple[str, ...]) -> Model:
    """The model with inner tensors among its outputs."""
    shown = {entry.name for entry in model.operators.outputs}
    names = tuple(name for name in watched if name not in shown)
    return Model(model.operators, model.resolved, model.source, replace(model.settings, watched=names))


def _compared(
    name: str, sizes: Mapping[str, int], wanted: Mapping[str, Array], run: Run | None, why: str, dtype: str
) -> Compared:
    from specc.emit.reference import NoReference

    if run is None:
        return Compared(name, sizes, skipped=why)
    start = time.perf_counter()
    try:
        given = run(())
    except NoReference as problem:
        return Compared(name, sizes, skipped=str(problem))
    seconds = time.perf_counter() - start
    outputs = tuple(_accuracy(output, array, given[output]) for output, array in wanted.items())
    relative = max((_relative(one, wanted[one.output]) for one in outputs), default=0.0)
    return Compared(name, sizes, outputs, relative, seconds, "", all(_agrees(one, wanted, dtype) for one in outputs))


def _accuracy(name: str, wanted: Array, given: Array) -> Accuracy:
    sums = Comparison(name)
    sums.add(wanted, given)
    return sums.result()


def _relative(one: Accuracy, wanted: Array) -> float:
    """The largest difference over the largest finite magnitude."""
    if not one.floating:
        return 0.0 if one.top1 == 1 else 1.0
    import numpy as np

    magnitudes = np.abs(np.nan_to_num(wanted.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0))
    largest = float(magnitudes.max(initial=0.0))
    return one.max / largest if largest else one.max


def _agrees(one: Accuracy, wanted: Mapping[str, Array], dtype: str) -> bool:
    """Integers have to be equal in float32; in narrower types places may be others."""
    if dtype in COSINES:
        return not one.floating or one.cosine >= COSINES[dtype]
    if not one.floating:
        return dtype != "float32" or one.top1 == 1
    return _relative(one, wanted[one.output]) <= TOLERANCES[dtype]


def _first(
    contender: str, base: tuple[Model, Run], other: tuple[Model, Run], sizes: Mapping[str, int], dtype: str
) -> Divergence:
    """Where the results of layers begin to differ, among those that both models have; a layer that was rewritten may
    give something else than before under its name, and is left out."""
    plain, used = base[0], other[0]
    ledger = used.ledger if contender.startswith("compiled") else Ledger()
    forms = {use.form for use in used.operators.forms}
    rewritten = {path for e in ledger.entries if e.applied and e.rewrite not in forms for path in e.layers}
    layers = {name: operator.layer for operator in plain.operators.operators for name in operator.outputs}
    made = {name for operator in used.operators.operators for name in operator.outputs}
    names = [name for name, layer in layers.items() if name in made and layer not in rewritten]
    tolerance, last = TOLERANCES.get(dtype, 0.1), ""
    for group in _groups(plain, names, sizes):
        wanted, given = base[1](group), other[1](group)
        for name in group:
            if wanted[name].shape != given[name].shape:
                continue
            relative = _relative(_accuracy(name, wanted[name], given[name]), wanted[name])
            if relative > tolerance:
                place = _Place(plain.resolved.graph, last, layers[name] or name)
                return place.divergence(contender, sizes, (relative, tolerance), ledger)
            last = layers[name] or last
    output = plain.operators.outputs[-1].name
    place = _Place(plain.resolved.graph, last, layers.get(output, output))
    return place.divergence(contender, sizes, (float("inf"), tolerance), ledger)


@dataclass(frozen=True, slots=True)
class _Place:
    """The layers after `last`, which agrees, up to `layer`, which does not."""

    graph: Graph
    last: str
    layer: str

    def divergence(
        self, contender: str, sizes: Mapping[str, int], figures: tuple[float, float], ledger: Ledger
    ) -> Divergence:
        """With the rewrites that changed layers in between."""
        order = {node.path: index for index, node in enumerate(self.graph.nodes)}
        start, stop = order.get(self.last, -1), order.get(self.layer, len(order))
        found = (
            f"{entry.rewrite} of {' + '.join(entry.layers)}"
            for entry in ledger.entries
            if entry.applied and any(start < order.get(path, -1) <= stop for path in entry.layers)
        )
        span = self.graph.nodes[order[self.layer]].span if self.layer in order else None
        return Divergence(contender, sizes, self.layer, span, *figures, tuple(dict.fromkeys(found)))


def _groups(model: Model, names: list[str], sizes: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    """Tensors that together take no more than `_GROUP` bytes, in the order of a run."""
    group: list[str] = []
    total = 0
    for name in names:
        type_ = model.operators.types.get(name)
        elements = None if type_ is None else evaluate(type_.size, sizes)
        if type_ is None or elements is None:
            continue
        if group and total + 8 * elements > _GROUP:
            yield tuple(group)
            group, total = [], 0
        group.append(name)
        total += 8 * elements
    if group:
        yield tuple(group)
