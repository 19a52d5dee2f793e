"""What is carried from element to element along an axis, by ONNX Scan."""

from __future__ import annotations

from collections.abc import Callable

from specc.ir.builder import Builder
from specc.ir.operators import Attribute, OperatorGraph, OperatorInput
from specc.tensor.types import TensorType

Step = Callable[[Builder, tuple[str, ...], tuple[str, ...]], tuple[str, ...]]
"""Operators of one step: the states before it and the elements of the step to the states after it."""


def run(
    build: Builder,
    states: tuple[tuple[str, TensorType], ...],
    sequences: tuple[tuple[str, TensorType, int], ...],
    stacked: int,
    step: Step,
) -> tuple[str, ...]:
    """The states after each step of the sequences, stacked along axis `stacked`.

    States are given with their types, sequences with the types of their elements and the axis that is walked along.
    """
    body = OperatorGraph(f"{build.layer}/body")
    inner = Builder(
        body, build.opset, build.lower_body, build.symbol_sources, build, layer=build.layer, source=build.source
    )
    types = [type_ for _, type_ in states]
    elements = [type_ for _, type_, _ in sequences]
    before = tuple(_declared(body, inner, "state", type_) for type_ in types)
    after = step(inner, before, tuple(_declared(body, inner, "element", type_) for type_ in elements))
    shown = tuple(inner.op("Identity", name) for name in after)
    for name, type_ in zip((*after, *shown), (*types, *types), strict=True):
        body.outputs.append(OperatorInput(name, type_))
    attributes: dict[str, Attribute] = {
        "body": body,
        "num_scan_inputs": len(sequences),
        "scan_input_axes": tuple(axis for _, _, axis in sequences),
        "scan_output_axes": (stacked,) * len(states),
    }
    given = (*(name for name, _ in states), *(name for name, _, _ in sequences))
    return build.ops("Scan", given, 2 * len(states), attributes=attributes)[len(states) :]


def _declared(body: OperatorGraph, inner: Builder, kind: str, type_: TensorType) -> str:
    name = inner.fresh(kind)
    body.inputs.append(OperatorInput(name, type_))
    return name
