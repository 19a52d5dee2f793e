"""Values of model parameters as JSON and as text."""

from __future__ import annotations

from specc.base.jsonable import Json
from specc.layers.common.attributes import Raw


def raw_json(raw: Raw) -> Json:
    """A list for a tuple, text for whatever JSON has no word for."""
    if raw is None or isinstance(raw, (bool, int, float, str)):
        return raw
    if isinstance(raw, tuple):
        return [raw_json(item) for item in raw]
    if isinstance(raw, dict):
        return {key if isinstance(key, str) else raw_text(key): raw_json(value) for key, value in raw.items()}
    return str(raw)


def raw_text(raw: Raw) -> str:
    """The value as a spec spells it."""
    if raw is None:
        return "none"
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, str):
        return f'"{raw}"'
    if isinstance(raw, tuple):
        return f"[{', '.join(map(raw_text, raw))}]"
    if isinstance(raw, dict):
        return "{" + ", ".join(f"{raw_text(key)}: {raw_text(value)}" for key, value in raw.items()) + "}"
    return str(raw)
