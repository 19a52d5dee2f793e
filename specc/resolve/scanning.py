"""`scan`: recurrence over a block."""

from __future__ import annotations

from dataclasses import dataclass

from specc.base.source import Span
from specc.ir.graph import Graph, GraphInput, GraphOutput, Value
from specc.layers.scan import Scan
from specc.resolve.bind_block import run_block
from specc.resolve.bind_layer import add_operation, apply_layer
from specc.resolve.errors import (
    GivenTwice,
    MissingArgument,
    NotATensor,
    NotCallable,
    TooManyArguments,
    UnknownArgument,
    WrongArgument,
    WrongUnpacking,
)
from specc.resolve.expand import NOTHING_GIVEN, Body, Expander, Frame
from specc.resolve.items import Block, BlockInstance, Given, Item, LayerInstance, ModelBlock, Results, describe
from specc.tensor.types import TensorType

ARGUMENTS = ("step", "over", "state", "axis", "reverse")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """Arguments of one `scan`."""

    step: LayerInstance | BlockInstance
    sequences: tuple[Value, ...]
    states: tuple[Value, ...]
    axis: int
    reverse: bool


def scan(ex: Expander, piped: tuple[Value, ...], given: Given, span: Span) -> Item:
    """`results, states = scan(step, over=sequences, state=states, axis=1, reverse=false)`.

    `step` gets one slice of each sequence and the states; it returns its results and then the next states, or only the
    next states, the first of which is then the result too. Results are stacked along `axis`.
    """
    wanted = _arguments(ex, piped, given, span)
    body = Body(Graph(ex.unique(ex.frame.join("scan")), ex.graph.domain))
    inner = _inputs(ex, wanted, body)
    ex.bodies.append(body)
    try:
        produced = _run_step(ex, wanted, inner, span)
        _finish(ex, wanted, body, produced, span)
    finally:
        ex.bodies.pop()
    operation = Scan(body.graph, len(wanted.states), len(wanted.sequences), wanted.axis, wanted.reverse)
    outer = (*wanted.states, *wanted.sequences, *(pair[0] for pair in body.captures.values()))
    made = add_operation(ex, operation, tuple(ex.local(value) for value in outer), {}, None, span)
    values = made.values if isinstance(made, Results) else (made,)
    tensors = tuple(value for value in values if isinstance(value, Value))
    count = len(wanted.states)
    return _packed(tensors[count:], tensors[:count])


def _packed(results: tuple[Value, ...], states: tuple[Value, ...]) -> Item:
    """`ys, h` for one of each; several results or states are grouped."""
    return Results((*results, *states), True, "scan")


def _arguments(ex: Expander, piped: tuple[Value, ...], given: Given, span: Span) -> Recurrence:
    items = _by_name(ex, given)
    if "step" not in items:
        raise ex.wrong(MissingArgument("scan", ("step",)), span)
    sequences = (*piped, *_tensors(ex, items.get("over"), "`over` of `scan`", span))
    states = _tensors(ex, items.get("state"), "`state` of `scan`", span)
    if not sequences or not states:
        raise ex.wrong(MissingArgument("scan", ("over",) if not sequences else ("state",), inputs=True), span)
    axis = _integer(ex, items.get("axis", 1), span)
    reverse = items.get("reverse", False)
    if not isinstance(reverse, bool):
        raise ex.wrong(WrongArgument("scan", "reverse", "true or false", describe(reverse)), span)
    return Recurrence(_step(ex, items["step"], span), sequences, states, axis, reverse)


def _by_name(ex: Expander, given: Given) -> dict[str, Item]:
    """The arguments, those that are given by position under their names."""
    if len(given.positional) > len(ARGUMENTS):
        place = given.positional[len(ARGUMENTS)][1]
        raise ex.wrong(TooManyArguments("scan", len(given.positional), len(ARGUMENTS), "arguments"), place)
    items = {name: item for name, (item, _) in zip(ARGUMENTS, given.positional, strict=False)}
    for name, (item, place) in given.named.items():
        if name not in ARGUMENTS:
            raise ex.wrong(UnknownArgument("scan", name, ARGUMENTS), place)
        if name in items:
            raise ex.wrong(GivenTwice("scan", name), place)
        items[name] = item
    return items


def _integer(ex: Expander, item: Item, span: Span) -> int:
    if isinstance(item, bool) or not isinstance(item, int):
        raise ex.wrong(WrongArgument("scan", "axis", "an integer", describe(item)), span)
    return item


def _tensors(ex: Expander, item: Item, place: str, span: Span) -> tuple[Value, ...]:
    if item is None:
        return ()
    if isinstance(item, Value):
        return (item,)
    if isinstance(item, Results):
        return item.values[:1] if item.primary else item.values
    if isinstance(item, tuple):
        return tuple(value for part in item for value in _tensors(ex, part, place, span))
    raise ex.wrong(NotATensor(describe(item), place), span)


def _step(ex: Expander, item: Item, span: Span) -> LayerInstance | BlockInstance:
    if isinstance(item, (LayerInstance, BlockInstance)):
        return item
    if isinstance(item, type):
        return LayerInstance(item, NOTHING_GIVEN, span)
    if isinstance(item, (Block, ModelBlock)):
        return BlockInstance(item, NOTHING_GIVEN, span)
    raise ex.wrong(NotCallable(describe(item)), span)


def _inputs(ex: Expander, wanted: Recurrence, body: Body) -> tuple[Value, ...]:
    """What the step gets: slices, then states."""
    slices = [_inner(ex, body, value, _slice_type(value.type, wanted.axis)) for value in wanted.sequences]
    return (*slices, *(_inner(ex, body, value, value.type) for value in wanted.states))


def _slice_type(whole: TensorType, axis: int) -> TensorType:
    position = axis % whole.rank if whole.rank else 0
    return whole.with_shape((*whole.shape[:position], *whole.shape[position + 1 :]))


def _inner(ex: Expander, body: Body, outer: Value, type_: TensorType) -> Value:
    value = Value(ex.unique(f"{body.graph.name}/{outer.name}"), type_, outer.span)
    body.graph.inputs.append(GraphInput(value))
    body.own.add(id(value))
    return value


def _run_step(ex: Expander, wanted: Recurrence, inner: tuple[Value, ...], span: Span) -> tuple[Value, ...]:
    frame = Frame(ex.frame.prefix, ex.frame.counts, ex.frame.reuse, (*ex.frame.calls, span))
    ex.frames.append(frame)
    try:
        if isinstance(wanted.step, LayerInstance):
            item = apply_layer(ex, wanted.step, inner, NOTHING_GIVEN, None, span)
        else:
            item = run_block(ex, wanted.step, inner, NOTHING_GIVEN, None, span)
        return _all(ex, item, span)
    finally:
        ex.frames.pop()


def _all(ex: Expander, item: Item, span: Span) -> tuple[Value, ...]:
    if isinstance(item, Results):
        return item.values
    if isinstance(item, tuple):
        return tuple(value for part in item for value in _all(ex, part, span))
    return _tensors(ex, item, "what a step of `scan` returns", span)


def _finish(ex: Expander, wanted: Recurrence, body: Body, produced: tuple[Value, ...], span: Span) -> None:
    """Outputs of the body: next states, then results; captures follow the other inputs."""
    count = len(wanted.states)
    if len(produced) < count:
        raise ex.wrong(WrongUnpacking(count, len(produced), "next states that the step returns"), span)
    states = [ex.local(value) for value in (produced[-count:])]
    results = [ex.local(value) for value in produced[:-count]] or states[:1]
    inputs = body.graph.inputs
    slices, state_inputs = inputs[: len(wanted.sequences)], inputs[len(wanted.sequences) :]
    captured = [GraphInput(pair[1]) for pair in body.captures.values()]
    body.graph.inputs = [*state_inputs, *slices, *captured]
    named = [(f"{body.graph.name}/state{i}", value) for i, value in enumerate(states)]
    named += [(f"{body.graph.name}/result{i}", value) for i, value in enumerate(results)]
    body.graph.outputs = [GraphOutput(ex.unique(name), value, span) for name, value in named]
