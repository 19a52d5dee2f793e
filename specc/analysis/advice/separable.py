"""A dense convolution as a depthwise and a pointwise one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.analysis.advice.advice import Advice, Facts, chain_price, own_price
from specc.analysis.advice.convolutions import squares


def separable(facts: Facts) -> Iterator[Advice]:
    """k x k over each channel, then 1x1 across them."""
    for square in squares(facts):
        operation = square.operation
        if square.kernel < 3 or square.channels < 16:
            continue
        depthwise = replace(operation, out=square.channels, groups=square.channels)
        pointwise = replace(operation, kernel=1, padding=0, stride=1)
        before = own_price(square.node)
        after = chain_price(square.node.input_types()[0], (depthwise, pointwise))
        if after is not None and facts.saves(before, after):
            yield Advice(
                "depthwise separable",
                square.node.path,
                f"{square} mixes positions and channels at once",
                f"{square.kernel}x{square.kernel} in {square.channels} groups, then 1x1; "
                "less of the peak is reached, for want of operands to use again",
                "Howard et al. 2017, arXiv:1704.04861, section 3.1",
                before,
                after,
            )
