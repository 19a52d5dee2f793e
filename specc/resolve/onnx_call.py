"""`onnx.OpName(inputs, attribute=...)`: any ONNX operator."""

from __future__ import annotations

from typing import cast

from specc.base.source import Span
from specc.ir.graph import Value
from specc.layers.onnx_operator import OnnxOperator
from specc.resolve.bind_layer import add_operation, literal
from specc.resolve.errors import NotATensor, WrongArgument
from specc.resolve.expand import Expander
from specc.resolve.items import Given, Item, OnnxOperatorName, Results, describe, is_number
from specc.tensor.dtypes import DType

Scalar = int | float | str


def apply_onnx(
    ex: Expander, name: OnnxOperatorName, piped: tuple[Value, ...], given: Given, path: str | None, span: Span
) -> Item:
    """Append the operator; tensors are its inputs (`none` leaves one out), named arguments its attributes."""
    beside: list[Item] = [*piped, *(item for item, _ in given.positional)]
    inputs: list[Value | None] = [ex.local(value) for value in piped]
    for item, place in given.positional:
        inputs.append(_input(ex, name, item, beside, place))
    attributes = tuple(
        sorted((key, _attribute(ex, name, key, *pair)) for key, pair in given.named.items() if key != "outputs")
    )
    outputs = given.named["outputs"][0] if "outputs" in given.named else 1
    if not isinstance(outputs, int) or isinstance(outputs, bool) or outputs < 1:
        raise ex.wrong(
            WrongArgument(f"onnx.{name.op_type}", "outputs", "an integer of at least 1", describe(outputs)), span
        )
    assert ex.oracle is not None
    operation = OnnxOperator(name.op_type, name.domain, attributes, outputs, ex.oracle)
    return add_operation(ex, operation, tuple(inputs), {}, path, span)


def _input(ex: Expander, name: OnnxOperatorName, item: Item, beside: list[Item], place: Span) -> Value | None:
    if item is None:
        return None
    if isinstance(item, Results):
        item = item.values[0]
    if isinstance(item, Value):
        return ex.local(item)
    if is_number(item) or isinstance(item, tuple):
        return literal(ex, item, beside, place)
    raise ex.wrong(NotATensor(describe(item), f"an input of `onnx.{name.op_type}`"), place)


def _attribute(ex: Expander, name: OnnxOperatorName, key: str, item: Item, place: Span) -> Scalar | tuple[Scalar, ...]:
    if isinstance(item, bool):
        return int(item)
    if isinstance(item, (int, float, str)):
        return item
    if isinstance(item, DType):
        return item.label
    if isinstance(item, tuple) and all(isinstance(part, (int, float, str)) for part in item):
        return cast("tuple[Scalar, ...]", item)
    raise ex.wrong(
        WrongArgument(f"onnx.{name.op_type}", key, "a number, a string or a list of such", describe(item)), place
    )
