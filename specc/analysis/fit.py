"""The largest size of a symbol with which a model fits into a memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from specc.analysis.bindings import binding_mistakes, graph_symbols
from specc.analysis.cost import parameters
from specc.analysis.memory import Liveness
from specc.ir.graph import Graph

MOST = 1 << 60
NEAR = 256


def largest(graph: Graph, liveness: Liveness, sizes: Mapping[str, int], symbol: str, capacity: int) -> int | None:
    """The largest value of `symbol` at which weights and peak activations take at most `capacity` bytes.

    0 where not even the least value fits; None where other symbols are free, the model does not depend on it, or no
    value was found that keeps the promises. The peak has to grow with the symbol.
    """
    if symbol not in graph_symbols(graph):
        return None
    room = capacity - parameters(graph).bytes
    unit = graph.domain.unit.get(symbol, 1)
    low = -(-max(1, graph.domain.low.get(symbol, 1)) // unit)
    high = min(graph.domain.high.get(symbol, MOST), MOST) // unit

    def fits(count: int) -> bool | None:
        peak = liveness.peak({**sizes, symbol: count * unit})
        return None if peak is None else peak <= room

    if fits(low) is None:
        return None
    if not fits(low):
        return 0
    step = low
    while step < high and fits(min(2 * step, high)):
        step = min(2 * step, high)
    least, most = step, min(2 * step, high)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (middle, most) if fits(middle) else (least, middle - 1)
    found = _keeping(lambda count: not binding_mistakes(graph, {**sizes, symbol: count * unit}), low, least)
    return None if found is None else found * unit


def _keeping(kept: Callable[[int], bool], low: int, high: int) -> int | None:
    """The largest of `low..high` that keeps the promises: one shortly below `high`, or the end of an interval that
    begins at `low`."""
    near = next((count for count in range(high, max(low, high - NEAR) - 1, -1) if kept(count)), None)
    if near is not None or not kept(low):
        return near
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if kept(middle) else (low, middle - 1)
    return low
