"""DeepSpeed's `FlopsProfiler`: the MACs of functions that it patches."""

from __future__ import annotations

from specc.analysis.conventions.convention import FUSED, Convention, Rule, Seen, nothing, same, unless_fused
from specc.tensor.dims import Dim


def _matmul(seen: Seen) -> Dim:
    """Elements of the first factor times the columns of the second: dims that the first is spread over are not seen."""
    return seen.input.size * seen.inputs[1].shape[-1]


GATES = "recurrent layers have FLOPs, and no MACs"

CONVENTION = Convention(
    "deepspeed",
    "0.19.8",
    "MACs of convolutions, linear layers, products and attention",
    {
        "matmul": Rule(_matmul, "a first factor that is spread over the batch of the second counts once"),
        "rnn": Rule(nothing, GATES),
        "gru": Rule(nothing, GATES),
        "lstm": Rule(nothing, GATES),
        "rnn_cell": Rule(nothing, GATES),
        "gru_cell": Rule(nothing, GATES),
        "lstm_cell": Rule(nothing, GATES),
        "einsum": Rule(nothing, "einsum has FLOPs, and no MACs"),
        "multihead_attention": Rule(unless_fused, FUSED),
        "bilinear": Rule(nothing, "the function is not patched"),
    },
    Rule(same),
)
