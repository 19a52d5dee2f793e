"""Values that JSON can hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias, Union

Json: TypeAlias = Union[bool, int, float, str, Sequence["Json"], Mapping[str, "Json"], None]


def to_json(value: Json) -> str:
    """`value` as indented JSON text, ended by a newline."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
