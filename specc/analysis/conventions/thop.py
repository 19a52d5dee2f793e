"""thop's `profile`: hooks of modules without children; functions and operators are not seen."""

from __future__ import annotations

from specc.analysis.conventions.cells import cells, hidden, positions
from specc.analysis.conventions.convention import Convention, Count, Rule, Seen, nothing, read, same, written
from specc.tensor.dims import Dim, product


def _transposed(seen: Seen) -> Dim:
    """Input channels of a group and the kernel, for each element of the result."""
    channels, _, *kernel = seen.largest
    groups = seen.option("groups")
    assert isinstance(channels, int) and isinstance(groups, int)
    return seen.output.size * (channels // groups) * product(kernel)


def _norm(seen: Seen) -> Dim:
    return (4 if seen.parameters else 2) * seen.input.size


def _softmax(seen: Seen) -> Dim:
    axis = seen.option("axis")
    assert isinstance(axis, int)
    rest = list(seen.input.shape)
    size = rest.pop(axis)
    return product(rest) * (3 * size - 1)


def _adaptive(seen: Seen) -> Dim:
    return seen.input.size + seen.output.size


_RESIZED = {"nearest": 1, "linear": 5, "bilinear": 11, "bicubic": 259}


def _upsample(seen: Seen) -> Dim:
    return _RESIZED.get(str(seen.option("mode")), 0) * seen.output.size


def _recurrent(gates: int, products: int) -> Count:
    """Each gate: matrices, their sum, two biases; then `products` for each element of the state. All layers after the
    first are taken to read states, even where these are projected."""

    def count(seen: Seen) -> Dim:
        size, each = hidden(seen), 0
        made = list(cells(seen))
        directions = 1 + any(cell.backward for cell in made)
        for index, cell in enumerate(made):
            width = cell.input if index < directions else directions * size
            each += gates * (size * (width + size) + size + (2 * size if cell.bias else 0)) + products * size
        return positions(seen) * each

    return count


NORM = "4 for each element, 2 without a weight"
POOLED = "1 for each element that is read and 1 for each of the result"
RESIZED = "for each element of the result: nearest 1, linear 5, bilinear 11, bicubic 259; other modes nothing"
GATES = "sums, biases and products of gates count like MACs"
FUNCTION = "a function or an operator is no module: it counts as nothing"
CHILDREN = "a module with children, which has no hook, and whose children are not called"

CONVENTION = Convention(
    "thop",
    "0.1.1.post2209072238",
    "MACs of modules, and rough numbers for norms, pools, softmax and gates",
    {
        "conv": Rule(same),
        "linear": Rule(same),
        "conv_transpose": Rule(_transposed, "transposed convolutions count positions of the output"),
        "batchnorm": Rule(_norm, NORM),
        "layernorm": Rule(_norm, NORM),
        "instancenorm": Rule(_norm, NORM),
        "prelu": Rule(read(), "1 for each element"),
        "softmax": Rule(_softmax, "n exponentials, n - 1 sums, n quotients for each n elements"),
        "avgpool": Rule(written(), "1 for each element of the result"),
        "adaptive_avgpool": Rule(_adaptive, POOLED),
        "global_avgpool": Rule(_adaptive, POOLED),
        "upsample": Rule(_upsample, RESIZED),
        "resize": Rule(_upsample, RESIZED),
        "rnn": Rule(_recurrent(1, 0), GATES),
        "gru": Rule(_recurrent(3, 4), GATES),
        "lstm": Rule(_recurrent(4, 4), GATES),
        "rnn_cell": Rule(_recurrent(1, 0), GATES),
        "gru_cell": Rule(_recurrent(3, 4), GATES),
        "lstm_cell": Rule(_recurrent(4, 4), GATES),
        "multihead_attention": Rule(nothing, CHILDREN),
    },
    Rule(nothing, FUNCTION),
)
