"""An n x n kernel as 1 x n and n x 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.analysis.advice.advice import Advice, Facts, chain_price, own_price
from specc.analysis.advice.convolutions import squares

GRID = range(12, 21)


def factorised_kernel(facts: Facts) -> Iterator[Advice]:
    """Over maps of 12 to 20 positions a side, where the paper found it to work well."""
    for square in squares(facts):
        type_, n, operation = square.node.input_types()[0], square.kernel, square.operation
        sides = [facts.binder.value(dim) for dim in type_.shape[2:]]
        if n < 3 or square.stride != 1 or any(side not in GRID for side in sides):
            continue
        made = (
            replace(operation, kernel=(1, n), padding=(0, n // 2)),
            replace(operation, kernel=(n, 1), padding=(n // 2, 0)),
        )
        before, after = own_price(square.node), chain_price(type_, made)
        if after is not None and facts.saves(before, after):
            yield Advice(
                "factorised kernel",
                square.node.path,
                f"{square} over a map of {sides[0]}x{sides[1]}",
                f"1x{n}, then {n}x1",
                "Szegedy et al. 2015, arXiv:1512.00567, section 3.2",
                before,
                after,
            )
