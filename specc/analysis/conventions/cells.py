"""Sizes of the cells in a recurrent layer, for counters that work through them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specc.analysis.conventions.convention import Seen
from specc.tensor.dims import Dim, product

PREFIX = "weight_ih"


@dataclass(frozen=True, slots=True)
class Sizes:
    """One cell: the rows of its matrices, the columns of both, and whether biases are added."""

    rows: int
    input: int
    state: int
    bias: bool
    backward: bool


def cells(seen: Seen) -> Iterator[Sizes]:
    """The cells of a recurrent layer or cell, layer after layer, each forward and then backward."""
    shapes = seen.stored
    for name, shape in shapes.items():
        if name.startswith(PREFIX):
            place = name.removeprefix(PREFIX)
            rows, columns = _numbers(shape)
            _, state = _numbers(shapes[f"weight_hh{place}"])
            yield Sizes(rows, columns, state, f"bias_ih{place}" in shapes, place.endswith("_reverse"))


def _numbers(shape: tuple[Dim, ...]) -> tuple[int, int]:
    rows, columns = shape
    assert isinstance(rows, int) and isinstance(columns, int)
    return rows, columns


def hidden(seen: Seen) -> int:
    """Size of the hidden state."""
    size = seen.option("hidden_size")
    assert isinstance(size, int)
    return size


def positions(seen: Seen) -> Dim:
    """Steps of all sequences: the input without its last dim."""
    return product(seen.input.shape[:-1])
