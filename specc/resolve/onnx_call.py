"""`onnx.OpName(inputs, attribute=...)`: any ONNX operator."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

from specc.base.source import Span
from specc.ir.graph import Value
from specc.ir.operators import OperatorAttribute, Scalar, TensorLiteral
from specc.layers.onnx_operator import OnnxOperator
from specc.layers.stack import Stack
from specc.resolve.bind_layer import add_operation, check_numbers, literal, size_tensor, written_elements
from specc.resolve.errors import NotATensor, WrongArgument
from specc.resolve.expand import Expander
from specc.resolve.items import Given, Item, OnnxOperatorName, Results, describe, is_list_of_numbers
from specc.tensor.dims import Poly
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

_MOST = 4_096
"""Results that one operator may have."""


ONNX_STEPS = 40
"""What the inference of an operator costs."""


def apply_onnx(
    ex: Expander, name: OnnxOperatorName, piped: tuple[Value, ...], given: Given, path: str | None, span: Span
) -> Item:
    """Append the operator; tensors are its inputs (`none` leaves one out), named arguments its attributes, where a
    constant stands for a tensor.

    `outputs=n` asks for several results, `outputs=[0, 2]` for some of them, `like=x` states their types where ONNX
    cannot tell them.
    """
    title = f"onnx.{name.op_type}"
    beside: list[Item] = [*piped, *(item for item, _ in given.positional)]
    inputs: list[Value | None] = [ex.local(value) for value in piped]
    for item, place in given.positional:
        inputs.append(_input(ex, title, item, beside, place))
    named = {key: pair for key, pair in given.named.items() if key not in ("outputs", "like")}
    attributes = tuple(sorted((key, _attribute(ex, title, key, *pair)) for key, pair in named.items()))
    like = _like(ex, title, given, span)
    results = _results(ex, title, given.named["outputs"][0] if "outputs" in given.named else max(len(like), 1), span)
    if like and len(results) != len(like):
        raise ex.wrong(WrongArgument(title, "outputs", "as many as `like`", f"{len(results)} of them"), span)
    known = tuple((index, found) for index, value in enumerate(inputs) if (found := _elements(value)) is not None)
    ex.step(span, ONNX_STEPS + 4 * len(results))
    operation = OnnxOperator(name.op_type, name.domain, attributes, results, known, like, ex.oracle)
    return add_operation(ex, operation, tuple(inputs), {}, path, span)


def _elements(value: Value | None) -> tuple[float, ...] | None:
    """Elements of a small constant, None where they do not fit its type: that is found when it is written."""
    elements = written_elements(value)
    if value is None or elements is None or not all(map(value.type.dtype.holds, elements)):
        return None
    return elements


def _results(ex: Expander, title: str, wanted: Item, span: Span) -> tuple[int, ...]:
    """Indices of the results that are asked for: so many, or those in a list."""
    if isinstance(wanted, int) and not isinstance(wanted, bool) and 0 < wanted <= _MOST:
        return tuple(range(wanted))
    if isinstance(wanted, tuple) and wanted:
        indices = tuple(item for item in wanted if isinstance(item, int) and not isinstance(item, bool))
        rising = all(left < right for left, right in pairwise((-1, *indices, _MOST)))
        if len(indices) == len(wanted) and rising:
            return indices
    kind = "an integer of at least 1, or a list of rising indices"
    raise ex.wrong(WrongArgument(title, "outputs", kind, describe(wanted)), span)


def _like(ex: Expander, title: str, given: Given, span: Span) -> tuple[TensorType, ...]:
    item = given.named["like"][0] if "like" in given.named else ()
    values = item if isinstance(item, tuple) else (item,)
    types = tuple(value.type for value in values if isinstance(value, Value))
    if len(types) != len(values):
        raise ex.wrong(NotATensor(describe(item), f"`like` of `{title}`"), span)
    return types


def _input(ex: Expander, title: str, item: Item, beside: list[Item], place: Span) -> Value | None:
    if item is None:
        return None
    if isinstance(item, Results):
        item = item.values[0]
    if isinstance(item, Value):
        return ex.local(item)
    if isinstance(item, (int, float)) or is_list_of_numbers(item):
        return literal(ex, item, [] if isinstance(item, tuple) else beside, place)
    if isinstance(item, Poly):
        return size_tensor(ex, item, [], place)
    if isinstance(item, tuple) and all(isinstance(part, (int, Poly)) for part in item):
        return _sizes(ex, item, place)
    raise ex.wrong(NotATensor(describe(item), f"an input of `{title}`"), place)


def _sizes(ex: Expander, items: tuple[Item, ...], place: Span) -> Value:
    """A list of integers and sizes as an int64 tensor."""
    parts = tuple(size_tensor(ex, item, [], place) for item in items if isinstance(item, (int, Poly)))
    made = add_operation(ex, Stack(), parts, {}, None, place)
    assert isinstance(made, Value)
    return ex.local(made)


def _attribute(ex: Expander, title: str, key: str, item: Item, place: Span) -> OperatorAttribute:
    if isinstance(item, bool):
        return int(item)
    if isinstance(item, (int, float)):
        check_numbers(ex, (item,), DType.INT64 if isinstance(item, int) else DType.FLOAT32, place)
        return item
    if isinstance(item, str):
        return item
    if isinstance(item, DType):
        return item.label
    if isinstance(item, tuple) and all(isinstance(part, (int, float, str)) for part in item):
        check_numbers(ex, (part for part in item if isinstance(part, int)), DType.INT64, place)
        check_numbers(ex, (part for part in item if isinstance(part, float)), DType.FLOAT32, place)
        return cast("tuple[Scalar, ...]", item)
    if isinstance(item, Value) and (elements := _elements(item)) is not None:
        return TensorLiteral(item.type.dtype, tuple(dim for dim in item.type.shape if isinstance(dim, int)), elements)
    wanted = "a number, a string, a list of such or a small constant"
    raise ex.wrong(WrongArgument(title, key, wanted, describe(item)), place)


def _is_scalar(item: Item) -> bool:
    """Whether ONNX can hold `item` as an attribute: an integer of 64 bits, a float, a string."""
    return DType.INT64.holds(item) if isinstance(item, int) else isinstance(item, (float, str))
