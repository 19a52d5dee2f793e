"""What each rewrite of a model has changed: nodes, FLOPs, bytes, predicted seconds, and on request measured ones."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from specc.analysis.bindings import Binder
from specc.analysis.cost import analyse
from specc.analysis.roofline import predict
from specc.base.machine import Machine
from specc.ir.graph import Graph
from specc.lower.forms import FORMS
from specc.model import Model
from specc.passes.optimise import optimise
from specc.passes.passes import passes_at
from specc.passes.rewrite import Setting
from specc.runtime.session import Session
from specc.runtime.values import parse_input
from specc.tensor.dims import Dim, total

ROUNDS = 15
"""Runs of each model, in turn."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A graph at one time: nodes, FLOPs and bytes in the symbols, seconds that a device is predicted to take."""

    nodes: int
    flops: Dim
    bytes: Dim
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Effect:
    """One rewrite that was made so many `times`, before and after it, and the time of the model without it over that of
    the model with it, where it was measured."""

    rewrite: str
    times: int
    before: Figures
    after: Figures
    gain: float | None = None


def effects(model: Model, machine: Machine | None, sizes: Mapping[str, int]) -> tuple[Effect, ...]:
    """The rewrites that were made, one after another, then the forms that layers were emitted in."""
    choice = model.choice
    if choice is None:
        return ()
    setting = Setting(model.settings.with_weights, choice.kind)
    graph, found = model.resolved.graph, []
    before = _figures(graph, machine, sizes)
    for rewrite in passes_at(choice.level, choice.without):
        changed, ledger = optimise(graph, [rewrite], setting)
        times = ledger.applied(rewrite.name)
        if not times:
            continue
        graph, after = changed, _figures(changed, machine, sizes)
        found.append(Effect(rewrite.name, times, before, after))
        before = after
    used = {name: model.ledger.applied(name) for name in FORMS}
    found += (Effect(name, times, before, before) for name, times in used.items() if times)
    return tuple(found)


def _figures(graph: Graph, machine: Machine | None, sizes: Mapping[str, int]) -> Figures:
    binder = Binder(sizes)
    cost = analyse(graph, binder)
    moved = total(part for layer in cost.layers for part in (layer.read_formula, layer.written_formula))
    roofline = predict(graph, cost.layers, machine) if machine else None
    return Figures(len(graph.nodes), cost.flops_formula, moved, roofline.seconds if roofline else None)


def measured(
    model: Model, found: tuple[Effect, ...], without: Callable[[str], Model], sizes: Mapping[str, int]
) -> tuple[Effect, ...]:
    """The same with gains: medians of runs in turn, in random order, on the CPU. `without` compiles the model but for
    one rewrite. Raises `SpecError` where a size is free."""
    sessions = {"": model.session()}
    sessions |= {effect.rewrite: without(effect.rewrite).session() for effect in found}
    medians = _medians(sessions, sizes)
    return tuple(
        Effect(one.rewrite, one.times, one.before, one.after, medians[one.rewrite] / medians[""]) for one in found
    )


def _medians(sessions: Mapping[str, Session], sizes: Mapping[str, int]) -> dict[str, float]:
    ports = sessions[""].inputs
    feeds = dict(parse_input(f"{port.name}=random", ports, sizes) for port in ports)
    times: dict[str, list[float]] = {name: [] for name in sessions}
    order = random.Random(0)
    for _ in range(ROUNDS + 1):
        for name in order.sample(list(sessions), len(sessions)):
            start = time.perf_counter()
            sessions[name].run(feeds)
            times[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken[1:]) for name, taken in times.items()}
