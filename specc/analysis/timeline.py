"""Bytes that live while each node runs, and which tensors live at the peak: `memory` over the order of a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from specc.analysis.bindings import Binder
from specc.analysis.memory import Step, first_step, node_lives
from specc.ir.graph import Graph, Value


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
    first, lives = first_step(graph), tuple(node_lives(graph))
    born = (value for steps in ((first,), *lives) for step in steps for value in step.born)
    if any(binder.value(binder.bytes(value.type)) is None for value in born):
        return None
    live = inputs = _size(first.born, binder)
    moments: list[int] = []
    for steps in lives:
        most = 0
        for step in steps:
            live += _size(step.born, binder)
            most = max(most, live)
            live -= _size(step.dead, binder)
        moments.append(most)
    highest = max(moments, default=inputs)
    peak = moments.index(highest) if moments and highest > inputs else None
    until = () if peak is None else lives[: peak + 1]
    held = (Held(value, _bytes(value, binder)) for value in _held(first, until, binder))
    return Timeline(inputs, tuple(moments), peak, tuple(sorted(held, key=lambda one: -one.bytes)))


def _size(values: Iterable[Value], binder: Binder) -> int:
    return sum(_bytes(value, binder) for value in values)


def _bytes(value: Value, binder: Binder) -> int:
    size = binder.value(binder.bytes(value.type))
    assert size is not None
    return size


def _held(first: Step, lives: Sequence[tuple[Step, ...]], binder: Binder) -> tuple[Value, ...]:
    """What lives at the highest moment of the last node of `lives`; the inputs where there is none."""
    alive = {id(value): value for value in first.born}
    best, most = tuple(alive.values()), 0
    for index, steps in enumerate(lives):
        for step in steps:
            alive.update((id(value), value) for value in step.born)
            if index == len(lives) - 1 and (now := _size(alive.values(), binder)) > most:
                most, best = now, tuple(alive.values())
            for value in step.dead:
                alive.pop(id(value), None)
    return best
