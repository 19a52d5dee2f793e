"""An LSTM as a GRU."""

from __future__ import annotations

from collections.abc import Iterator

from specc.analysis.advice.advice import Advice, Facts, chain_price, own_price
from specc.layers.gru import Gru
from specc.layers.lstm import Lstm


def fewer_gates(facts: Facts) -> Iterator[Advice]:
    """Three products of the state and the input in place of four."""
    for node, _ in facts.pairs():
        old = node.operation
        if not isinstance(old, Lstm) or old.proj_size or old.peephole:
            continue
        new = Gru(
            hidden_size=old.hidden_size,
            num_layers=old.num_layers,
            bias=old.bias,
            bidirectional=old.bidirectional,
            batch_first=old.batch_first,
        )
        before, after = own_price(node), chain_price(node.input_types()[0], (new,))
        if after is not None and facts.saves(before, after):
            yield Advice(
                "fewer gates",
                node.path,
                f"four gates of {old.hidden_size} at each step",
                f"gru({old.hidden_size}): three gates, one state",
                "Cho et al. 2014, arXiv:1406.1078; compared in Chung et al. 2014, arXiv:1412.3555",
                before,
                after,
            )
