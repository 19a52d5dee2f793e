"""Bytes that live while each node runs, and which tensors live at the peak: `memory` over the order of a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from specc.analysis.bindings import Binder
from specc.analysis.memory import Step, first_step, node_lives
from specc.ir.graph import Graph, Value
from specc.tensor.dims import Dim


@dataclass(frozen=True, slots=True)
class Held:
    """A tensor that lives at the peak, and its bytes."""

    value: Value
    bytes: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """`live[i]`: the most bytes that live while node `i` runs; `inputs`: those before the first. `peak` is the first
    node with the most, None where the inputs alone are it; `held` lives then, the largest first."""

    inputs: int
    live: tuple[int, ...]
    peak: int | None
    held: tuple[Held, ...]


def timeline(graph: Graph, binder: Binder) -> Timeline | None:
    """The bytes at the sizes of `binder`; None while a size is free."""
    first = first_step(graph)
    if any(binder.value(binder.bytes(value.type)) is None for value in _born(graph, first)):
        return None
    live = inputs = _size(first.born, binder)
    moments: list[int] = []
    for steps in node_lives(graph):
        most = 0
        for step in steps:
            live += _size(step.born, binder)
            most = max(most, live)
            live -= _size(step.dead, binder)
        moments.append(most)
    highest = max(moments, default=inputs)
    peak = moments.index(highest) if moments and highest > inputs else None
    return Timeline(inputs, tuple(moments), peak, _held(graph, binder, peak))


def _born(graph: Graph, first: Step) -> Iterator[Value]:
    yield from first.born
    for steps in node_lives(graph):
        for step in steps:
            yield from step.born


def _size(values: Iterable[Value], binder: Binder) -> int:
    return sum(_bytes(value, binder) for value in values)


def _bytes(value: Value, binder: Binder) -> int:
    size: Dim | None = binder.value(binder.bytes(value.type))
    assert isinstance(size, int)
    return size


def _held(graph: Graph, binder: Binder, peak: int | None) -> tuple[Held, ...]:
    """What lives at the highest moment of node `peak`."""
    alive = {id(value): value for value in first_step(graph).born}
    best: tuple[Value, ...] = tuple(alive.values())
    for index, steps in enumerate(node_lives(graph)):
        if peak is None or index > peak:
            break
        most = 0
        for step in steps:
            alive.update((id(value), value) for value in step.born)
            if index == peak and (now := _size(alive.values(), binder)) > most:
                most, best = now, tuple(alive.values())
            for value in step.dead:
                alive.pop(id(value), None)
    held = (Held(value, _bytes(value, binder)) for value in best)
    return tuple(sorted(held, key=lambda one: -one.bytes))
