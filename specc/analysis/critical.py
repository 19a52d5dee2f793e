"""Where the time goes: the critical path against all work, and stretches of a run that one resource bounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from specc.analysis.roofline import Bound, Roofline
from specc.ir.graph import Graph

LEAST = 0.05
"""Share of the time from which a stretch counts."""


@dataclass(frozen=True, slots=True)
class CriticalPath:
    """The chain of layers that takes longest, each after what it reads: its time, and that of all layers."""

    seconds: float
    work: float
    layers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Layers one after another that memory or overhead bounds: paths of the ends, how many, their time and share."""

    bound: Bound
    first: str
    last: str
    count: int
    seconds: float
    share: float


def critical_path(graph: Graph, roofline: Roofline) -> CriticalPath:
    """The longest path through `graph` by predicted times."""
    ends: dict[int, tuple[float, int]] = {}
    previous: list[int] = []
    finish: list[float] = []
    for index, (node, time) in enumerate(zip(graph.nodes, roofline.layers, strict=True)):
        read = [ends[id(v)] for v in (*node.inputs, *node.weights.values()) if v is not None and id(v) in ends]
        start, before = max(read, default=(0.0, -1))
        finish.append(start + time.seconds)
        previous.append(before)
        ends.update({id(value): (finish[-1], index) for value in node.outputs})
    if not finish:
        return CriticalPath(0.0, 0.0, ())
    at = max(range(len(finish)), key=finish.__getitem__)
    longest, chain = finish[at], []
    while at >= 0:
        chain.append(graph.nodes[at].path)
        at = previous[at]
    return CriticalPath(longest, sum(time.seconds for time in roofline.layers), tuple(reversed(chain)))


def stretches(paths: Sequence[str], roofline: Roofline) -> tuple[Stretch, ...]:
    """Runs of at least two layers with the same bound that is not compute, and a share of at least `LEAST`. Layers that
    take no time of their own do not end one."""
    found: list[Stretch] = []
    current: Stretch | None = None
    for path, time in zip(paths, roofline.layers, strict=True):
        if time.bound is None:
            continue
        if current is not None and current.bound == time.bound:
            seconds, share = current.seconds + time.seconds, current.share + time.share
            current = Stretch(current.bound, current.first, path, current.count + 1, seconds, share)
            continue
        found += [current] if current is not None else []
        current = None if time.bound == "compute" else Stretch(time.bound, path, path, 1, time.seconds, time.share)
    found += [current] if current is not None else []
    return tuple(one for one in found if one.count > 1 and one.share >= LEAST)
