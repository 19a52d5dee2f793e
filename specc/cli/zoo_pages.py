"""The zoo as tables, JSON and text."""

from __future__ import annotations

from specc.base.jsonable import Json, to_json
from specc.base.limits import DEFAULT_LIMITS
from specc.report.grid import Column, Grid, plain
from specc.report.units import short_count
from specc.report.values import raw_json
from specc.syntax.files import load_source
from specc.zoo import ZooModel


def one_text(model: ZooModel) -> str:
    """The text of the model's spec."""
    return load_source(model.path, model.spec, DEFAULT_LIMITS).text


def one_json(model: ZooModel) -> str:
    """The entry and the text of the model's spec."""
    return to_json({**_entry(model), "text": one_text(model)})


def table(models: tuple[ZooModel, ...]) -> str:
    """One line for each model."""
    columns = (
        Column("model"),
        Column("year", True),
        Column("parameters", True),
        Column("MACs", True),
        Column("at"),
        Column("title"),
        Column("paper"),
    )
    rows = tuple(
        (m.name, str(m.year or ""), _count(m.params), _count(m.macs), _at(m), m.title, m.paper) for m in models
    )
    return plain(Grid(columns, rows))


def _count(value: int | None) -> str:
    return "" if value is None else short_count(value)


def _at(model: ZooModel) -> str:
    return " ".join(f"{name}={size}" for name, size in model.at.items())


def table_json(models: tuple[ZooModel, ...]) -> str:
    """A list with one object for each model."""
    return to_json([_entry(model) for model in models])


def _entry(model: ZooModel) -> dict[str, Json]:
    return {
        "name": model.name,
        "title": model.title,
        "year": model.year,
        "paper": model.paper,
        "spec": model.spec,
        "parameters": {name: raw_json(raw) for name, raw in model.parameters.items()},
        "at": dict(model.at),
        "params": model.params,
        "macs": model.macs,
        "top1": None if model.top1 is None else {"percent": model.top1.percent, "source": model.top1.source},
    }
