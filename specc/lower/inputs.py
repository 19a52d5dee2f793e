"""Graph inputs. One with a default is also an initializer of the same name, which makes it optional in ONNX.

An initializer has fixed sizes and should be small, so that one for other sizes is expanded in each run, of a cache a
copy of all of it (GPT-2, 127 tokens before: 1.3 of 22 ms a step). Where the states are `given`, those are plain inputs,
which specc's session fills.
"""

from __future__ import annotations

from specc.base.diagnostics import fail
from specc.base.errors import LimitExceeded
from specc.base.work import allowed
from specc.ir.builder import Builder
from specc.ir.graph import Graph, GraphInput, Value
from specc.ir.operators import Initializer, Literal, OperatorInput
from specc.lower.names import place
from specc.tensor.dims import Dim, Poly, Symbol, evaluate

_LARGEST = 4096
"""Elements up to which a default is stored with its static dims; above, it is stored with ones and expanded."""


def lower_inputs(graph: Graph, build: Builder, names: dict[Value, str], given: bool) -> None:
    """Declare the inputs of `graph` and bring the defaults to their shapes; fills `names`."""
    states = {pair.input for pair in graph.states} if given else set()
    filled = {e.value for e in graph.inputs if e.value.name in states and not _whole(e.value.type.size)}
    for entry in graph.inputs:
        value, default = entry.value, entry.default
        names[value] = value.name
        sides = (None, default) if value in filled else (default, None)
        build.graph.inputs.append(OperatorInput(value.name, value.type, *sides))
    for entry in graph.inputs:
        if entry.default is not None and entry.value not in filled:
            build.layer, build.source = entry.value.name, place(entry.value.span)
            names[entry.value] = _with_default(entry, entry.default, build)


def _whole(size: Dim) -> bool:
    """Whether a default of so many elements is stored as it is."""
    return isinstance(size, int) and size <= _LARGEST


def _with_default(entry: GraphInput, default: float, build: Builder) -> str:
    """Store the default; the name of the tensor in the declared shape."""
    value = entry.value
    static = [dim for dim in value.type.shape if isinstance(dim, int)]
    size = 1
    for dim in static:
        size *= dim
    kept = size <= _LARGEST
    shape = tuple(_stored(dim, kept, entry, axis, build) for axis, dim in enumerate(value.type.shape))
    count = 1
    for dim in shape:
        count *= dim
    most = allowed().items
    if count > most:
        raise fail(LimitExceeded("the default of an input has too many elements", most, "items"), value.span)
    build.graph.initializers[value.name] = Initializer(value.name, value.type.dtype, shape, Literal((default,) * count))
    if shape == value.type.shape:
        return value.name
    expanded = build.expand(value.name, shape, value.type.shape, value.type.dtype)
    build.graph.types[expanded] = value.type
    return expanded


def _stored(dim: Dim, kept: bool, entry: GraphInput, axis: int, build: Builder) -> int:
    """Size of the stored default along one axis. Where this very dim tells a symbol, it is the lowest it may be."""
    if isinstance(dim, int):
        return dim if kept else 1
    for symbol, source in build.symbol_sources.items():
        if source[:2] == (entry.value.name, axis):
            return evaluate(dim, {symbol: lowest(dim, symbol)}) or 0
    return 1


def lowest(dim: Dim, symbol: str) -> int:
    """The smallest value that `symbol`, which occurs in `dim`, may take."""
    for monomial, _ in dim.terms if isinstance(dim, Poly) else ():
        for atom, _ in monomial:
            if isinstance(atom, Symbol) and atom.name == symbol:
                return -(-atom.domain.low.get(symbol, 1) // atom.unit) * atom.unit
    return 1
