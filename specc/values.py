"""Values that come from outside, as a spec's parameters and sizes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from operator import index
from typing import SupportsFloat, SupportsIndex

from specc.base.diagnostics import fail
from specc.errors import WrongValue
from specc.layers.common.attributes import Raw

KINDS = "an integer, a float, a boolean, a string, a list or a map of those"


def parameter(name: str, value: object) -> Raw:
    """`value` as the evaluator takes it; numpy scalars count as numbers. Raises `SpecError` for any other type."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (list, tuple, range)):
        return tuple(parameter(name, item) for item in value)
    if isinstance(value, Mapping):
        return {parameter(name, key): parameter(name, item) for key, item in value.items()}
    if isinstance(value, SupportsFloat) and not isinstance(value, SupportsIndex):
        return float(value)
    return size(name, value, KINDS)


def size(name: str, value: object, wanted: str = "an integer") -> int:
    """`value` as an integer. Raises `SpecError` for what is none."""
    if not isinstance(value, bool) and isinstance(value, SupportsIndex):
        with suppress(TypeError):
            return index(value)
    raise fail(WrongValue(name, wanted, f"of type {type(value).__name__}"))
