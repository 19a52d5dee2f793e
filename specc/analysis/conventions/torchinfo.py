"""torchinfo's `summary`: mult-adds from the sizes of a module's parameters."""

from __future__ import annotations

from specc.analysis.conventions.convention import Convention, Rule, Seen, nothing
from specc.tensor.dims import Dim, product


def _convolution(seen: Seen) -> Dim:
    """Weight and bias at each position of the result."""
    return seen.elements * product((seen.output.shape[0], *seen.output.shape[2:]))


def _parameters(seen: Seen) -> Dim:
    return seen.elements * seen.batch


def _recurrent(seen: Seen) -> Dim:
    return seen.elements * product(seen.output.shape[:2])


LAYER = "each parameter counts once for each element of the batch, however many positions read it"
CONVOLUTION = "the bias counts; transposed convolutions count positions of the output"
GATES = "each parameter, biases too, counts once for each step"
CELL = "a cell counts as if it ran once for each element of its state"
CHILDREN = "a module with children, which are not called: it counts as nothing"

CONVENTION = Convention(
    "torchinfo",
    "1.8.0",
    "parameters, times positions in convolutions, steps in recurrent layers, and the batch in all others",
    {
        "conv": Rule(_convolution, CONVOLUTION),
        "conv_transpose": Rule(_convolution, CONVOLUTION),
        "rnn": Rule(_recurrent, GATES),
        "gru": Rule(_recurrent, GATES),
        "lstm": Rule(_recurrent, GATES),
        "rnn_cell": Rule(_recurrent, CELL),
        "gru_cell": Rule(_recurrent, CELL),
        "lstm_cell": Rule(_recurrent, CELL),
        "multihead_attention": Rule(nothing, CHILDREN),
    },
    Rule(_parameters, LAYER),
)
