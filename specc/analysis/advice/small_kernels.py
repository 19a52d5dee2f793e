"""A large kernel as several of 3x3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.analysis.advice.advice import Advice, Facts, chain_price, own_price
from specc.analysis.advice.convolutions import squares


def small_kernels(facts: Facts) -> Iterator[Advice]:
    """5x5 into two 3x3, 7x7 into three, which see the same positions."""
    for square in squares(facts):
        if square.kernel not in (5, 7, 9, 11):
            continue
        count, operation = square.kernel // 2, square.operation
        small = replace(operation, kernel=3, padding=1)
        made = (small, *(replace(small, stride=1) for _ in range(count - 1)))
        before, after = own_price(square.node), chain_price(square.node.input_types()[0], made)
        if after is not None and facts.saves(before, after):
            yield Advice(
                "small kernels",
                square.node.path,
                f"{square}: the cost grows with the square of the kernel",
                f"{count} convolutions of 3x3, with activations between them",
                "Simonyan, Zisserman 2014, arXiv:1409.1556, section 2.3",
                before,
                after,
            )
