"""A huge linear layer over a flattened map."""

from __future__ import annotations

from collections.abc import Iterator

from specc.analysis.advice.advice import Advice, Facts, chain_price, own_price
from specc.layers.flatten import Flatten
from specc.layers.linear import Linear

HUGE = 0.2


def global_pooling(facts: Facts) -> Iterator[Advice]:
    """The mean over all positions of a channel in place of a weight for each position."""
    for node in facts.graph.nodes:
        source, before = node.inputs[0] if node.inputs else None, None
        producer = source.producer if source is not None else None
        if not isinstance(node.operation, Linear) or producer is None or not isinstance(producer.operation, Flatten):
            continue
        image = producer.input_types()[0]
        before = own_price(node)
        channels = image.shape[1] if image.rank == 4 else None
        if not isinstance(channels, int) or before.params < HUGE * facts.params.trainable:
            continue
        after = chain_price(image.with_shape((image.shape[0], channels)), (node.operation,))
        if after is not None and after.params < before.params:
            yield Advice(
                "global pooling",
                node.path,
                f"{before.params / facts.params.trainable:.0%} of all parameters belong to single positions of a map",
                f"global_avgpool before it: {channels} features in place of {node.input_types()[0].shape[-1]}",
                "Lin, Chen, Yan 2013, arXiv:1312.4400, section 3.2",
                before,
                after,
            )
