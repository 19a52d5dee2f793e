"""Layers that hold most parameters and take hardly any time, and the reverse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.analysis.advice.advice import Advice, Facts, Price, chain_price, own_price
from specc.ir.graph import Node
from specc.layers.embedding import Embedding
from specc.layers.linear import Linear

MUCH, LITTLE = 0.2, 0.05
RANK = 4
EMBEDDED = 128


def heavy_parameters(facts: Facts) -> Iterator[Advice]:
    """By their shares of the parameters and of the MACs."""
    if not facts.params.trainable or not facts.macs:
        return
    for node, layer in zip(facts.graph.nodes, facts.layers, strict=True):
        weight, work = layer.params / facts.params.trainable, facts.share(layer)
        if weight >= MUCH and work <= LITTLE:
            yield _heavy(node, f"{weight:.0%} of the parameters for {_percent(work)} of the MACs")
        elif work >= MUCH and weight <= LITTLE:
            yield Advice("heavy work", node.path, f"{work:.0%} of the MACs with {_percent(weight)} of the parameters")


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 or not share else "less than 1%"


def _heavy(node: Node, why: str) -> Advice:
    operation, after = node.operation, None
    change = source = ""
    if isinstance(operation, Linear):
        rank = min(operation.out, _width(node)) // RANK
        after = chain_price(node.input_types()[0], (replace(operation, out=max(rank, 1), bias=False), operation))
        change = f"two layers through {max(rank, 1)} features"
        source = "Sainath et al. 2013, Low-rank matrix factorization for deep neural network training"
    elif isinstance(operation, Embedding) and operation.embedding_dim > EMBEDDED:
        small = replace(operation, embedding_dim=EMBEDDED)
        after = chain_price(node.input_types()[0], (small, Linear(operation.embedding_dim, False)))
        change = f"embedding({operation.num_embeddings}, {EMBEDDED}), then linear({operation.embedding_dim})"
        source = "Lan et al. 2019, arXiv:1909.11942, section 3.1"
    before: Price | None = own_price(node) if after is not None else None
    return Advice("heavy parameters", node.path, why, change if after is not None else "", source, before, after)


def _width(node: Node) -> int:
    size = node.input_types()[0].shape[-1]
    return size if isinstance(size, int) else 1
