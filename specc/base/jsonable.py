"""Values that JSON can hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

Json: TypeAlias = Union[bool, int, float, str, Sequence["Json"], Mapping[str, "Json"], None]


def to_json(value: Json, indent: int | None = 2) -> str:
    """`value` as JSON text, on one line where `indent` is None, ended by a newline."""
    return json.dumps(value, indent=indent, ensure_ascii=False) + "\n"
