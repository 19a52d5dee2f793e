"""Specs for node tests: their text, and calls of layers that name the option a layer lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

import numpy as np
from node_outcomes import Excluded, Reason
from node_tests import Array, NodeTest

from specc.ir.operation import Operation
from specc.layers.common.attributes import Kind, Unfit
from specc.layers.registry import LAYERS, layers_by_name


@dataclass(frozen=True, eq=False)
class NodeSpec:
    """A spec that stands for a node test: its text, the arrays of its inputs and weights, and the outputs wanted."""

    text: str
    arrays: Mapping[str, Array]
    wanted: Mapping[str, Array]
    weights: Mapping[str, Array] = field(default_factory=dict)


class Name(str):
    """A tensor of the spec, where an attribute's value may stand."""


def spec(
    test: NodeTest,
    *results: str,
    weights: Mapping[str, Array | None] | None = None,
    before: tuple[str, ...] = (),
    **inputs: Array | None,
) -> NodeSpec:
    """A spec with an output for each expression in `results`, which stand for the outputs of the node test. Inputs that
    are None are left out; the lines `before` stand between inputs and outputs."""
    wanted = [array for array in test.outputs if array is not None]
    if len(results) < len(wanted):
        raise Excluded(Reason.NO_OPTION, f"result {len(results)} of the operator")
    arrays = {name: array for name, array in inputs.items() if array is not None}
    lines = [f"input {name}: {type_text(array)}" for name, array in arrays.items()]
    names = [f"y{index}" for index in range(len(wanted))]
    outputs = [f"output {name} = {result}" for name, result in zip(names, results, strict=False)]
    text = "\n".join(["model node", *lines, *before, *outputs, ""])
    stored = {name: array for name, array in (weights or {}).items() if array is not None}
    return NodeSpec(text, arrays, dict(zip(names, wanted, strict=True)), stored)


def layer(name: str, *tensors: str, **options: object) -> str:
    """The call of a layer. Raises `Excluded` where there is no such layer, or it does not take one of the options."""
    if name not in LAYERS:
        raise Excluded(Reason.NO_LAYER, f"no layer `{name}`")
    cls = layers_by_name()[name]
    for option, value in options.items():
        _check_option(cls, option, value)
    given = [*tensors, *(f"{option}={show(value)}" for option, value in options.items())]
    return f"{name}({', '.join(given)})" if given else name


def takes(name: str, *options: str) -> bool:
    """Whether there is a layer of that name with these options."""
    return name in LAYERS and set(options) <= {entry.name for entry in fields(layers_by_name()[name])}


def _check_option(cls: type[Operation], option: str, value: object) -> None:
    kinds: dict[str, Kind[object]] = {entry.name: entry.metadata["kind"] for entry in fields(cls) if entry.metadata}
    if isinstance(value, Name) and (option in {port.name for port in cls.ports} or option not in kinds):
        return
    if option not in kinds:
        raise Excluded(Reason.NO_OPTION, f"`{cls.name}` has no option `{option}`")
    try:
        kinds[option].convert(value)  # type: ignore[arg-type]
    except Unfit:
        raise Excluded(Reason.NO_OPTION, f"`{cls.name}` does not take `{option}={show(value)}`") from None


def show(value: object) -> str:
    """A value as a spec spells it."""
    match value:
        case None:
            return "none"
        case bool() | np.bool_():
            return str(value).lower()
        case Name():
            return str(value)
        case str():
            return f'"{value}"'
        case tuple() | list():
            return f"[{', '.join(show(item) for item in value)}]"
        case float() | np.floating():
            return _number(float(value))
        case _:
            return str(value)


def _number(value: float) -> str:
    if np.isnan(value):
        return "(inf - inf)"
    text = repr(value)
    mantissa, mark, exponent = text.partition("e")
    return f"{mantissa}{mark}{int(exponent)}" if mark else text


def type_text(array: Array) -> str:
    """An array's type as a spec spells it."""
    return f"{array.dtype}[{', '.join(map(str, array.shape))}]"


def constant(name: str, array: Array) -> str:
    """The statement that makes `array` a constant of the spec."""
    return f"const {name}: {type_text(array)} = {show(array.tolist())}"
