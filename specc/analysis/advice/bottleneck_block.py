"""A wide 3x3 between 1x1s that narrow and widen the channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.analysis.advice.advice import Advice, Facts, chain_price, own_price
from specc.analysis.advice.convolutions import squares
from specc.ir.graph import Node
from specc.layers.conv import Conv

WIDE = 128
NARROWING = 4


def bottleneck_block(facts: Facts) -> Iterator[Advice]:
    """3x3 over C channels into 1x1 to C / 4, 3x3, 1x1 to C."""
    for square in squares(facts):
        narrow, operation = square.operation.out // NARROWING, square.operation
        if square.kernel != 3 or square.channels < WIDE or operation.out < WIDE or _narrowed(square.node):
            continue
        one = replace(operation, kernel=1, padding=0, stride=1)
        made = (replace(one, out=narrow), replace(operation, out=narrow), one)
        before, after = own_price(square.node), chain_price(square.node.input_types()[0], made)
        if after is not None and facts.saves(before, after):
            yield Advice(
                "bottleneck block",
                square.node.path,
                f"{square} multiplies each position by the whole width",
                f"1x1, 3x3, 1x1: {square.channels} -> {narrow} -> {narrow} -> {operation.out} channels",
                "He et al. 2015, arXiv:1512.03385, figure 5",
                before,
                after,
            )


def _narrowed(node: Node) -> bool:
    """Whether a 1x1 convolution that lessens the channels stands before it, perhaps with a norm and an activation."""
    source = node.inputs[0]
    producer = source.producer if source is not None else None
    for _ in range(2):
        if producer is None or isinstance(producer.operation, Conv) or len(producer.operation.ports) != 1:
            break
        producer = producer.inputs[0].producer if producer.inputs[0] is not None else None
    if producer is None or not isinstance(producer.operation, Conv) or producer.operation.kernel not in (1, (1, 1)):
        return False
    channels = producer.input_types()[0].shape[1]
    return isinstance(channels, int) and channels > producer.operation.out
