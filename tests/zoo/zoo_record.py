"""What the comparisons of the zoo showed, gathered while they run, as the table of docs/zoo.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specc.report.units import short_count
from specc.zoo import ZooModel, zoo

INTRO = """# The zoo

Made by `make zoo`. Each model shares random weights with an implementation that is not part of this project: its state
dict is saved and loaded by name, both run on the same inputs at two sizes, on the CPU by onnxruntime from one ONNX
file. `error` is the largest difference of an output, relative to its largest value, at most 1e-4. MACs are those at the
sizes `at`.

"""
COLUMNS = ("model", "title", "year", "paper", "parameters", "MACs", "at", "beside", "sizes", "error")


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: the outside implementation, the sizes that were run, and the largest relative difference."""

    beside: str
    sizes: str
    error: float


_compared: dict[str, Compared] = {}


def add(name: str, beside: str, sizes: str, error: float) -> None:
    """The zoo's model `name` equals `beside`."""
    assert name in zoo(), name
    _compared[name] = Compared(beside, sizes, error)


def as_plain() -> dict[str, tuple[str, str, float]]:
    """The record as plain values."""
    return {name: (one.beside, one.sizes, one.error) for name, one in _compared.items()}


def add_plain(plain: Mapping[str, tuple[str, str, float]]) -> None:
    """Add the record of another process."""
    for name, (beside, sizes, error) in plain.items():
        add(name, beside, sizes, error)


def table() -> str:
    """The page."""
    lines = [f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}"]
    lines += [f"| {' | '.join(_row(model))} |" for model in zoo().values()]
    return INTRO + "\n".join(lines) + "\n"


def _row(model: ZooModel) -> tuple[str, ...]:
    one = _compared.get(model.name)
    shown = (one.beside, one.sizes, f"{one.error:.1e}") if one else ("", "", "")
    at = ", ".join(f"{name} = {size}" for name, size in model.at.items())
    macs = "" if model.macs is None else short_count(model.macs)
    counts = "" if model.params is None else short_count(model.params), macs
    return f"`{model.name}`", model.title, str(model.year or ""), model.paper, *counts, at, *shown
