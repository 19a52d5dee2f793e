"""`onnx.OpName(inputs, attribute=...)`: any ONNX operator."""

from __future__ import annotations

from typing import cast

from specc.base.source import Span
from specc.ir.graph import Value
from specc.layers.onnx_operator import OnnxOperator
from specc.resolve.bind_layer import add_operation, check_numbers, constant_elements, literal
from specc.resolve.errors import NotATensor, WrongArgument
from specc.resolve.expand import Expander
from specc.resolve.items import Given, Item, OnnxOperatorName, Results, describe, is_number
from specc.tensor.dtypes import DType
from specc.tensor.types import TensorType

Scalar = int | float | str


ONNX_STEPS = 40
"""What the inference of an operator costs."""


def apply_onnx(
    ex: Expander, name: OnnxOperatorName, piped: tuple[Value, ...], given: Given, path: str | None, span: Span
) -> Item:
    """Append the operator; tensors are its inputs (`none` leaves one out), named arguments its attributes.

    `outputs=n` asks for several results, `like=x` states their types where ONNX cannot tell them.
    """
    title = f"onnx.{name.op_type}"
    beside: list[Item] = [*piped, *(item for item, _ in given.positional)]
    inputs: list[Value | None] = [ex.local(value) for value in piped]
    for item, place in given.positional:
        inputs.append(_input(ex, title, item, beside, place))
    named = {key: pair for key, pair in given.named.items() if key not in ("outputs", "like")}
    attributes = tuple(sorted((key, _attribute(ex, title, key, *pair)) for key, pair in named.items()))
    like = _like(ex, title, given, span)
    outputs = given.named["outputs"][0] if "outputs" in given.named else max(len(like), 1)
    if not isinstance(outputs, int) or isinstance(outputs, bool) or outputs < 1 or (like and outputs != len(like)):
        wanted = "an integer of at least 1, and as many as `like`" if like else "an integer of at least 1"
        raise ex.wrong(WrongArgument(title, "outputs", wanted, describe(outputs)), span)
    known = tuple((index, elements) for index, value in enumerate(inputs) if (elements := constant_elements(value)))
    ex.step(span, ONNX_STEPS + 4 * outputs)
    operation = OnnxOperator(name.op_type, name.domain, attributes, outputs, known, like, ex.oracle)
    return add_operation(ex, operation, tuple(inputs), {}, path, span)


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
    if is_number(item) or isinstance(item, tuple):
        return literal(ex, item, [] if isinstance(item, tuple) else beside, place)
    raise ex.wrong(NotATensor(describe(item), f"an input of `{title}`"), place)


def _attribute(ex: Expander, title: str, key: str, item: Item, place: Span) -> Scalar | tuple[Scalar, ...]:
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
    raise ex.wrong(WrongArgument(title, key, "a number, a string or a list of such", describe(item)), place)
