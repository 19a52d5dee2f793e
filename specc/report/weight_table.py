"""What a file of weights holds, and how it fits a model: as text, JSON, CSV or Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from specc.base.jsonable import Json, to_json
from specc.report.grid import Column, Grid, markdown, plain
from specc.report.units import exact_count, short_bytes
from specc.weights.checkpoint import Checkpoint, StoredTensor
from specc.weights.match import Match, Row

COLUMNS = ("weight", "type", "tensor in the file", "stored as", "relaid", "status")
FIELDS = ("weight", "dtype", "shape", "tensors", "stored_dtypes", "stored_shapes", "relaid", "status")
LISTED = ("tensor", "dtype", "shape", "elements", "place", "relaid")
_NUMBERS = ("elements",)


def match_table(match: Match, form: str) -> str:
    """Every weight of a model with its tensor, then the tensors that are for none, in one of the four forms."""
    if form == "json":
        weights = [_row_json(row) for row in match.rows]
        return to_json({"root": match.root, "fits": not match.diagnostics, "weights": weights})
    if form == "csv":
        return _csv(FIELDS, [tuple(_text(value) for value in _row_json(row).values()) for row in match.rows])
    rows = tuple(_row_cells(row) for row in match.rows)
    counts: dict[str, int] = {}
    for row in match.rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    facts = [(status, f"{count:,}") for status, count in counts.items()]
    facts += [("read under", match.root)] if match.root else []
    return _shown(Grid(tuple(map(Column, COLUMNS)), rows), facts, form)


def checkpoint_table(checkpoint: Checkpoint, form: str) -> str:
    """Every tensor of a file, in one of the four forms."""
    entries = [_tensor_json(name, tensor) for name, tensor in checkpoint.tensors.items()]
    if form == "json":
        return to_json(entries)
    if form == "csv":
        return _csv(LISTED, [tuple(_text(value) for value in entry.values()) for entry in entries])
    kept = [field for field in LISTED if field in LISTED[:4] or any(entry[field] for entry in entries)]
    rows = tuple(tuple(_cell(field, entry[field]) for field in kept) for entry in entries)
    columns = tuple(Column(field, field in _NUMBERS) for field in kept)
    elements = sum(tensor.elements for tensor in checkpoint.tensors.values())
    facts = [("tensors", f"{len(entries):,}"), ("elements", exact_count(elements))]
    facts += [("file", short_bytes(sum(len(file.data) for file in checkpoint.files)))] if checkpoint.files else []
    return _shown(Grid(columns, rows), facts, form)


def _shown(grid: Grid, facts: Sequence[tuple[str, str]], form: str) -> str:
    if form == "markdown":
        return f"{markdown(grid)}\n{markdown(Grid((Column('total'), Column('value')), tuple(facts)))}"
    width = max((len(word) for word, _ in facts), default=0)
    return plain(grid) + "\n" + "".join(f"{word:<{width}}  {value}\n" for word, value in facts)


def _row_cells(row: Row) -> tuple[str, ...]:
    names = ", ".join(_places(row))
    stored = ", ".join(str(tensor) for tensor in row.stored)
    weight = row.weight
    head = ("", "") if weight is None else (weight.name, str(weight.type))
    return (*head, names, stored, row.how, row.status)


def _places(row: Row) -> list[str]:
    return [tensor.origin or name for name, tensor in zip(row.names, row.stored, strict=True)]


def _row_json(row: Row) -> dict[str, Json]:
    weight = row.weight
    return {
        "weight": None if weight is None else weight.name,
        "dtype": None if weight is None else str(weight.type.dtype),
        "shape": None if weight is None else list(weight.dims),
        "tensors": list(row.names),
        "stored_dtypes": [tensor.dtype for tensor in row.stored],
        "stored_shapes": [list(tensor.shape) for tensor in row.stored],
        "relaid": row.how,
        "status": row.status,
    }


def _tensor_json(name: str, tensor: StoredTensor) -> dict[str, Json]:
    return {
        "tensor": name,
        "dtype": tensor.dtype,
        "shape": list(tensor.shape),
        "elements": tensor.elements,
        "place": tensor.origin,
        "relaid": tensor.relaid,
    }


def _csv(fields: Sequence[str], rows: Sequence[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([fields, *rows])
    return text.getvalue()


def _cell(field: str, value: Json) -> str:
    return f"{value:,}" if field in _NUMBERS and isinstance(value, int) else _text(value)


def _text(value: Json) -> str:
    if isinstance(value, list):
        inner = ", ".join(_text(item) for item in value)
        return inner if any(isinstance(item, str) for item in value) else f"[{inner}]"
    return "" if value is None else str(value)
