"""What a run gave: printed, as JSON, and saved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from specc.base.jsonable import Json, to_json
from specc.cli.files import cannot_write
from specc.weights.arrays import Array

SHOWN = 12


def outputs_text(outputs: Mapping[str, Array]) -> str:
    """Name, type and shape of each output, then its values: all of a few, else the ends and a summary."""
    return "".join(_text(name, array) for name, array in outputs.items())


def _text(name: str, array: Array) -> str:
    head = f"{name}: {_type(array)}"
    shown = array.astype(np.float32) if array.dtype.name == "bfloat16" else array
    values = np.array2string(shown, threshold=SHOWN * 4, edgeitems=3, max_line_width=100)
    facts = ", ".join(f"{word} {value:g}" for word, value in _facts(array).items())
    return f"{head}{f'; {facts}' if facts else ''}\n{_indented(values)}\n"


def _type(array: Array) -> str:
    return f"{array.dtype.name}[{', '.join(map(str, array.shape))}]"


def _facts(array: Array) -> dict[str, float]:
    """Smallest, mean and largest element; none for what has no elements or no numbers."""
    if array.size == 0 or array.dtype.kind not in "fiuV":
        return {}
    wide = array.astype(np.float64)
    return {"min": float(wide.min()), "mean": float(wide.mean()), "max": float(wide.max())}


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))


def outputs_json(outputs: Mapping[str, Array]) -> str:
    """A list with one object for each output; `values` are nested lists, numbers that JSON lacks are null."""
    return to_json([_entry(name, array) for name, array in outputs.items()], indent=None)


def _entry(name: str, array: Array) -> dict[str, Json]:
    values: Json = _numbers(array).tolist()
    return {"name": name, "dtype": array.dtype.name, "shape": list(array.shape), "values": values}


def _numbers(array: Array) -> Array:
    if array.dtype.kind not in "fV":
        return array
    numbers = array.astype(np.float64).astype(np.object_)
    numbers[~np.isfinite(array.astype(np.float64))] = None
    return numbers


def save_outputs(folder: Path, outputs: Mapping[str, Array]) -> None:
    """Write each output to `folder/NAME.npy`. Raises `SpecError` where that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in outputs.items():
            np.save(folder / f"{name.replace('/', '_')}.npy", array, allow_pickle=False)
    except OSError as error:
        raise cannot_write(str(folder), error) from None
