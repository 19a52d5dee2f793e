"""The largest size of a symbol with which a model fits into a memory."""

from __future__ import annotations

from collections.abc import Mapping

from specc.analysis.bindings import Binder, binding_mistakes, graph_symbols
from specc.analysis.cost import parameters
from specc.analysis.memory import peak_bytes
from specc.ir.graph import Graph

MOST = 1 << 24


def largest(graph: Graph, sizes: Mapping[str, int], symbol: str, capacity: int) -> int | None:
    """The largest value of `symbol` at which weights and peak activations take at most `capacity` bytes.

    0 where not even the least value fits; None where other symbols are free or the model does not depend on it. The
    peak has to grow with the symbol.
    """
    if symbol not in graph_symbols(graph):
        return None
    room = capacity - parameters(graph).bytes
    unit = graph.domain.unit.get(symbol, 1)
    low = -(-max(1, graph.domain.low.get(symbol, 1)) // unit)
    high = min(graph.domain.high.get(symbol, MOST), MOST) // unit

    def fits(count: int) -> bool | None:
        peak = peak_bytes(graph, Binder({**sizes, symbol: count * unit}))
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
    while least > low and binding_mistakes(graph, {**sizes, symbol: least * unit}):
        least -= 1
    return least * unit
