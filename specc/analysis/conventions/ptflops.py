"""ptflops' `get_model_complexity_info` with its first backend: hooks of modules, and functions that are patched.

It tells the mean of the elements of a batch; here it is their sum. A module whose hook counts, and that calls a
function which is patched, counts twice.
"""

from __future__ import annotations

from specc.analysis.conventions.cells import cells, hidden, positions
from specc.analysis.conventions.convention import Convention, Count, Rule, Seen, fused_attention, nothing, read
from specc.tensor.dims import Dim, product


def _biased(seen: Seen) -> Dim:
    return seen.macs + (seen.output.size if seen.bias else 0)


def _norm(seen: Seen) -> Dim:
    return (2 if seen.parameters else 1) * seen.input.size


def _upsample(seen: Seen) -> Dim:
    """The function counts the result; the hook of the module its first element."""
    return seen.output.size + product(seen.output.shape[1:])


def _resize(seen: Seen) -> Dim:
    return seen.output.size


def _recurrent(each: int) -> Count:
    """Matrices and biases of the cells that run forward, `each` for each element of a layer's state; twice where cells
    run backwards, too."""

    def count(seen: Seen) -> Dim:
        made, sum_ = list(cells(seen)), 0
        for cell in made:
            if not cell.backward:
                biases = 2 * cell.rows if cell.bias else 0
                sum_ += cell.rows * (cell.input + cell.state) + each * hidden(seen) + biases
        return positions(seen) * sum_ * (1 + any(cell.backward for cell in made))

    return count


def _attention(seen: Seen) -> Dim:
    """The hook counts projections, both products, the softmax, scaling and biases; the functions that the module calls
    count products and softmax once more, where it does not run as one operator."""
    batch, queries, size = seen.input.shape
    operands = [value.type for value in seen.node.inputs[:3] if value is not None]
    keys, values = operands[min(1, len(operands) - 1)], operands[-1]
    heads = seen.option("num_heads")
    assert isinstance(heads, int) and isinstance(size, int)
    length, key, value = keys.shape[1], keys.shape[2], values.shape[2]
    pairs = queries * length
    projected = queries * size * size + length * key * key + length * value * value
    biases = (queries + 2 * length) * size if "in_proj_bias" in seen.parameters else 0
    inside = pairs * size + heads * pairs + pairs * value
    hook = queries * size + projected + biases + inside + queries * value * (value + 1)
    return batch * (hook + (0 if fused_attention(seen) else inside))


BIAS = "the bias counts 1 for each element of the result"
NORM = "2 for each element, 1 without a weight"
ONCE = "1 for each element"
TWICE = "1 for each element by the module's hook, and 1 by that of the function which it calls"
RESIZED = "1 for each element of the result; the module's hook adds those of one element of the batch"
GATES = "biases and products of gates count like MACs; a layer after the first reads states of both directions"
OPERATOR = "operators and functions without a rule count as nothing"
HEADS = "scaling, softmax and biases count, too; products and softmax twice, except of a tensor with itself"

CONVENTION = Convention(
    "ptflops",
    "0.7.5",
    "MACs and biases, and 1 for each element that activations, norms and pools read",
    {
        "conv": Rule(_biased, BIAS),
        "conv_transpose": Rule(_biased, BIAS),
        "linear": Rule(_biased, BIAS),
        "batchnorm": Rule(_norm, NORM),
        "instancenorm": Rule(_norm, NORM),
        "groupnorm": Rule(read(2), "2 for each element"),
        "layernorm": Rule(read(), ONCE),
        "relu": Rule(read(2), TWICE),
        "prelu": Rule(read(2), TWICE),
        "elu": Rule(read(2), TWICE),
        "gelu": Rule(read(2), TWICE),
        "relu6": Rule(read(), ONCE),
        "leaky_relu": Rule(read(), ONCE),
        "silu": Rule(read(), ONCE),
        "softmax": Rule(read(), ONCE),
        "maxpool": Rule(read(2), TWICE),
        "avgpool": Rule(read(2), TWICE),
        "adaptive_avgpool": Rule(read(2), TWICE),
        "adaptive_maxpool": Rule(read(2), TWICE),
        "global_avgpool": Rule(read(2), TWICE),
        "global_maxpool": Rule(read(2), TWICE),
        "upsample": Rule(_upsample, RESIZED),
        "resize": Rule(_resize, RESIZED),
        "rnn": Rule(_recurrent(1), GATES),
        "gru": Rule(_recurrent(7), GATES),
        "lstm": Rule(_recurrent(10), GATES),
        "rnn_cell": Rule(_recurrent(1), GATES),
        "gru_cell": Rule(_recurrent(7), GATES),
        "lstm_cell": Rule(_recurrent(10), GATES),
        "multihead_attention": Rule(_attention, HEADS),
    },
    Rule(nothing, OPERATOR),
)
