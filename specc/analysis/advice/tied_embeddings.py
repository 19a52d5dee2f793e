"""An embedding and the layer that scores its words, each with a table of its own."""

from __future__ import annotations

from collections.abc import Iterator

from specc.analysis.advice.advice import Advice, Facts, Price, own_price
from specc.ir.graph import Node
from specc.layers.embedding import Embedding
from specc.layers.linear import Linear


def tied_embeddings(facts: Facts) -> Iterator[Advice]:
    """Both of `[words, features]`."""
    tables: dict[tuple[object, ...], Node] = {}
    for node in facts.graph.nodes:
        weight = node.weights.get("weight")
        if weight is not None and isinstance(node.operation, Embedding):
            tables.setdefault(weight.type.shape, node)
    for node in facts.graph.nodes:
        weight = node.weights.get("weight")
        if weight is None or not isinstance(node.operation, Linear):
            continue
        other = tables.get(weight.type.shape)
        if other is not None and other.weights["weight"] is not weight:
            before = own_price(node)
            count = weight.type.size
            assert isinstance(count, int)
            yield Advice(
                "tied embeddings",
                node.path,
                f"its weight has the shape of {other.path}'s, {' x '.join(map(str, weight.type.shape))}",
                f"`tie {other.path}.weight`: one table for both",
                "Press, Wolf 2016, arXiv:1608.05859",
                before,
                Price(before.macs, before.params - count),
            )
