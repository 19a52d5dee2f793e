"""Values that JSON can hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, Union

Json: TypeAlias = Union[bool, int, float, str, Sequence["Json"], Mapping[str, "Json"], None]


def to_json(value: Json, indent: int | None = 2) -> str:
    """`value` as JSON text, on one line where `indent` is None, ended by a newline. Objects in lists take a line."""
    if indent is None:
        return _LINE.encode(value) + "\n"
    return "".join(_indented(value, "\n", " " * indent)) + "\n"


_LINE = json.JSONEncoder(ensure_ascii=False)
_PLAIN = str | int | float | None


def _indented(value: Json, margin: str, step: str) -> Iterator[str]:
    """Pieces of the text of `value`, whose lines begin with `margin`. `json` itself is quick for one line only."""
    inner = margin + step
    if isinstance(value, Mapping) and value:
        start = "{"
        for name, entry in value.items():
            yield f"{start}{inner}{_LINE.encode(name)}: "
            yield from _indented(entry, inner, step)
            start = ","
        yield margin + "}"
    elif isinstance(value, Sequence) and not isinstance(value, str) and not all(isinstance(v, _PLAIN) for v in value):
        yield "[" + inner + f",{inner}".join(map(_LINE.encode, value)) + margin + "]"
    else:
        yield _LINE.encode(value)
