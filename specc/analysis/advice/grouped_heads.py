"""Keys and values that several heads share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from specc.analysis.advice.advice import Advice, Facts, Price, own_price
from specc.ir.operation import Arguments
from specc.layers.multihead_attention import MultiheadAttention
from specc.tensor.types import TensorType

GROUP = 4


def grouped_heads(facts: Facts) -> Iterator[Advice]:
    """Causal heads whose keys and values are all kept while a text is made."""
    for node, _ in facts.pairs():
        operation, inputs = node.operation, node.input_types()
        if not isinstance(operation, MultiheadAttention) or not operation.causal:
            continue
        heads, groups = operation.num_heads, operation.num_kv_heads or operation.num_heads
        width = inputs[0].shape[-1]
        if groups < heads or heads % GROUP or not isinstance(width, int):
            continue
        kept = 2 * width * inputs[0].dtype.bits // 8
        yield Advice(
            "grouped heads",
            node.path,
            f"{heads} heads of keys and values keep {kept:,} bytes of each token",
            f"num_kv_heads={heads // GROUP}: {kept // GROUP:,} bytes of each token",
            "Ainslie et al. 2023, arXiv:2305.13245",
            own_price(node),
            _price(replace(operation, num_kv_heads=heads // GROUP), inputs),
        )


def _price(operation: MultiheadAttention, inputs: Arguments[TensorType]) -> Price:
    count = 0
    for spec in operation.weights(inputs):
        size = 1
        for dim in spec.shape:
            size *= dim
        count += size
    return Price(operation.cost(inputs, operation.infer(inputs)).macs, count)
