"""A spec compiled, checked by ONNX, and run at sizes that its promises allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import numpy as np
import onnx

import specc
from specc.analysis.bindings import binding_mistakes, graph_symbols
from specc.base.diagnostics import Reporter
from specc.driver import understand
from specc.ir.graph import Graph
from specc.resolve.resolve import ResolvedModel
from specc.tensor.dims import evaluate, symbols

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Compiled:
    """A spec that was accepted, and its model."""

    text: str
    spec: specc.Spec
    model: specc.Model

    @property
    def graph(self) -> Graph:
        return self.model.resolved.graph


def compiled(text: str) -> Compiled:
    """Raises `SpecError` for a spec that is rejected."""
    spec = specc.loads(text, syntax="text", name="made.specc")
    return Compiled(text, spec, spec.compile(seed=0))


def resolved(text: str, syntax: str = "text") -> ResolvedModel:
    return understand(specc.loads(text, syntax=syntax, name="made").origin, {}, Reporter())


def bindings(graph: Graph, rng: Random | None) -> dict[str, int]:
    """Sizes within what is promised: the least ones without `rng`, where they may stand together."""
    domain = graph.domain
    found: dict[str, int] = {}
    for attempt in range(200):
        rng = Random(attempt) if attempt and rng is None else rng
        for name in graph_symbols(graph):
            unit, low = domain.unit.get(name, 1), domain.low.get(name, 1)
            low = -(-low // unit)
            high = min(domain.high.get(name, 1_000) // unit, low + 5)
            found[name] = (low if rng is None else rng.randint(low, high)) * unit
        if not binding_mistakes(graph, found):
            break
    assert not binding_mistakes(graph, found), found
    return found


def inputs(graph: Graph, sizes: Mapping[str, int], seed: int) -> Arrays:
    """An array for each input; those with a default, whose sizes others tell, are sometimes left out."""
    rng = np.random.default_rng(seed)
    made: Arrays = {}
    for entry in graph.inputs:
        others = {name for e in graph.inputs if e.default is None for d in e.value.type.shape for name in symbols(d)}
        told = all(symbols(dim) <= others for dim in entry.value.type.shape)
        shape = tuple(evaluate(dim, sizes) or 0 for dim in entry.value.type.shape)
        label = entry.value.type.dtype.label
        values = np.clip(rng.standard_normal(shape), -2, 2) if label == "float32" else rng.integers(0, 3, shape)
        if entry.default is None or not told or rng.random() < 0.5:
            made[entry.value.name] = np.asarray(values).astype(label)
    return made


def expected(graph: Graph, sizes: Mapping[str, int]) -> dict[str, tuple[str, tuple[int | None, ...]]]:
    """Element type and shape of each output, as they were inferred."""
    return {
        output.name: (output.value.type.dtype.label, tuple(evaluate(dim, sizes) for dim in output.value.type.shape))
        for output in graph.outputs
    }


def produced(arrays: Mapping[str, np.ndarray]) -> dict[str, tuple[str, tuple[int, ...]]]:
    return {name: (str(array.dtype), array.shape) for name, array in arrays.items()}


def check(model: specc.Model) -> None:
    """ONNX's full check."""
    onnx.checker.check_model(model.proto, full_check=True)


def with_all_inputs(graph: Graph, sizes: Mapping[str, int], given: Arrays) -> Arrays:
    """`given`, and the default of each input that is left out."""
    full = dict(given)
    for entry in graph.inputs:
        if entry.value.name not in full:
            shape = tuple(evaluate(dim, sizes) or 0 for dim in entry.value.type.shape)
            full[entry.value.name] = np.full(shape, entry.default, entry.value.type.dtype.label)
    return full


def difference(left: Mapping[str, np.ndarray], right: Mapping[str, np.ndarray]) -> float:
    """The largest difference between outputs, in units of 1 + the largest magnitude of that output."""
    worst = 0.0
    for name, array in left.items():
        a, b = np.asarray(array, np.float64), np.asarray(right[name], np.float64)
        assert a.shape == b.shape, name
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        if not same.all():
            scale = 1 + np.abs(a[np.isfinite(a)]).max(initial=0)
            gap = np.abs(a - b)[~same].max() / scale
            worst = max(worst, float("inf") if np.isnan(gap) else float(gap))
    return worst
