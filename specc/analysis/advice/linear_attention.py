"""Attention whose cost grows with the square of the length."""

from __future__ import annotations

from collections.abc import Iterator

from specc.analysis.advice.advice import Advice, Facts, Price
from specc.ir.operation import Arguments, Rejected
from specc.layers.attention import Attention
from specc.layers.linear_attention import LinearAttention
from specc.tensor.types import TensorType


def linear_attention(facts: Facts) -> Iterator[Advice]:
    """Kernels in place of the softmax, at the bound length."""
    for node, layer in facts.pairs():
        operation, inputs = node.operation, node.input_types()
        if not isinstance(operation, Attention) or layer.macs is None or operation.window is not None:
            continue
        kind = LinearAttention(operation.num_heads, operation.causal)
        given: Arguments[TensorType] = Arguments(kind.ports, tuple(inputs.get(port.name) for port in kind.ports))
        try:
            after = Price(kind.cost(given, kind.infer(given)).macs, 0)
        except (Rejected, KeyError, ValueError):
            continue
        before = Price(layer.macs_formula, 0)
        if facts.saves(before, after):
            length = facts.binder.shown(inputs[0].shape[-2])
            yield Advice(
                "linear attention",
                node.path,
                f"scores of all pairs of {length} places are {facts.share(layer):.0%} of the MACs",
                "linear_attention, which grows with the length; performer_attention comes nearer to the softmax",
                "Katharopoulos et al. 2020, arXiv:2006.16236; Choromanski et al. 2020, arXiv:2009.14794",
                before,
                after,
            )
