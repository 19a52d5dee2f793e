"""What onnxruntime's kernels on the CPU take from the arena beside their outputs, and which outputs take no memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import prod
from typing import TypeAlias

from specc.arena.nodes import Run, Work

VIEWS = frozenset(("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Dropout"))
"""Their output is their input."""
FIRST = frozenset(
    (
        *("Abs", "Ceil", "Clip", "Cos", "Elu", "Erf", "Exp", "Floor", "HardSigmoid", "HardSwish", "LeakyRelu", "Log"),
        *("LogSoftmax", "Neg", "Not", "Reciprocal", "Relu", "Round", "Selu", "Sigmoid", "Sin", "Softmax", "Softplus"),
        *("Softsign", "Sqrt", "Tanh", "ThresholdedRelu", "Cast"),
    )
)
"""Their output may lie where their input does."""
EITHER = frozenset(("Add", "Sub", "Mul", "Div"))
"""Their output may lie where one of their two inputs does."""
SUMMAND = 3
"""The input of a convolution over blocks to which it adds its result, in place."""
SEGMENT = 128 * 128
"""Elements of the columns of an image that a thread of a convolution has at a time."""
FOR_A_THREAD = 64 * 1024
"""Multiply-accumulates for each of which a convolution takes another thread."""

Sizes: TypeAlias = Callable[[Run, Work, int], Iterable[int]]


def in_place(node: Work) -> tuple[int, ...]:
    """Inputs whose memory the first output may take, in order of preference."""
    if node.op in FIRST:
        return (0,)
    if node.op in EITHER:
        return (0, 1)
    return (SUMMAND,) if node.op == "NchwcConv" and len(node.inputs) > SUMMAND else ()


def workspace(run: Run, node: Work, threads: int) -> list[int]:
    """Bytes of each buffer that a kernel has while it runs on so many threads."""
    rule = _RULES.get(node.op)
    return [size for size in rule(run, node, threads) if size] if rule is not None else []


def _bytes(run: Run, name: str) -> int:
    tensor = run.tensors.get(name)
    return tensor.bytes if tensor is not None else 0


def _projected_attention(run: Run, node: Work, _: int) -> Iterable[int]:
    """Queries, keys and values; scores; the heads' results before they are put side by side."""
    shape = run.shape(node.inputs[0]) or ()
    if len(shape) != 3:
        return
    count, length, result = shape[0], shape[1], _bytes(run, node.outputs[0])
    masked = (len(node.inputs) > 3 and bool(node.inputs[3])) or node.number("unidirectional", 0)
    yield 3 * result
    yield 4 * count * node.number("num_heads", 1) * length * length
    yield 4 * count * length * length if masked else 0
    yield result


def _attention(run: Run, node: Work, _: int) -> Iterable[int]:
    """Queries, keys and values by heads, the scores and the heads' results; without mask, bias and past these two are
    worked out in blocks."""
    query, key, value = (run.tensors.get(name) for name in (*node.inputs, "", "")[:3])
    if query is None or key is None or value is None or {len(side.shape) for side in (query, key, value)} != {3}:
        return
    heads, one = node.number("num_heads", 1), query.shape[1] == 1
    extra = [name for name in node.inputs[3:] if name]
    yield 0 if one else query.bytes
    present = len(node.outputs) > 1
    yield from (0 if present or side.shape[1] == 1 else side.bytes for side in (key, value))
    if not extra and not present and not node.number("unidirectional", 0):
        return
    past = run.shape(node.inputs[6]) if len(node.inputs) > 6 and node.inputs[6] else None
    total = key.shape[1] + (past[2] if past is not None and len(past) == 4 else 0)
    scores = 4 * query.shape[0] * query.shape[1] * total
    yield heads * scores
    yield scores if node.number("unidirectional", 0) or any(node.inputs[4:5]) else 0
    yield _bytes(run, node.outputs[0])


def _lstm(run: Run, node: Work, _: int) -> Iterable[int]:
    """Gates of all steps, states and biases, of each direction."""
    yield from _recurrent(run, node, 4, 4 + 4 * _given(node, 3))


def _gru(run: Run, node: Work, _: int) -> Iterable[int]:
    reset = node.number("linear_before_reset", 0)
    yield from _recurrent(run, node, 3, 2 + (3 + reset) * _given(node, 3) + reset)


def _rnn(run: Run, node: Work, _: int) -> Iterable[int]:
    yield from _recurrent(run, node, 1, 1)


def _given(node: Work, place: int) -> int:
    return int(len(node.inputs) > place and bool(node.inputs[place]))


def _recurrent(run: Run, node: Work, gates: int, states: int) -> Iterable[int]:
    sequence = run.shape(node.inputs[0]) or ()
    if len(sequence) != 3:
        return
    steps, count, width = sequence
    directions, hidden = (run.shape(node.inputs[1]) or (1, 0))[0], node.number("hidden_size", 0)
    for direction in range(directions):
        yield from (4 * count * hidden for _ in range(states))
        yield 4 * gates * steps * count * hidden
        if direction:
            yield 4 * steps * count * width
            yield 4 * steps * count * hidden
    if not node.outputs[0]:
        yield 4 * directions * steps * count * hidden


def _transposed_convolution(run: Run, node: Work, _: int) -> Iterable[int]:
    """The columns of one group, before they are added up to an image."""
    weight, image = run.shape(node.inputs[1]), run.shape(node.inputs[0])
    if weight is not None and image is not None:
        yield 4 * prod(weight[1:]) * prod(image[2:])


def _convolution(run: Run, node: Work, threads: int) -> Iterable[int]:
    """Columns of the image: all of them where there are more output channels than positions, else a stretch for each
    thread; none of a convolution of single positions."""
    weight, made = run.shape(node.inputs[1]), run.shape(node.outputs[0])
    if weight is None or made is None:
        return
    kernel, groups = weight[2:], max(1, node.number("group", 1))
    plain = all(step == 1 for step in node.attributes.get("strides", ())) and not any(node.attributes.get("pads", ()))
    if groups > 1 and weight[1] == 1 and weight[0] == groups and len(kernel) == 2:
        return
    if all(side == 1 for side in kernel) and plain:
        return
    positions, filters, each = prod(made[2:]), weight[0] // groups, prod(weight[1:])
    threads = min(threads, weight[0] * positions * each // FOR_A_THREAD + 1)
    yield 4 * (each * positions if filters > positions else SEGMENT * threads)


def _scan(run: Run, node: Work, _: int) -> Iterable[int]:
    """Copies of the sequences that are not scanned along their first axis, with that axis first."""
    count = node.number("num_scan_inputs", 0)
    inputs, outputs = node.attributes.get("scan_input_axes", ()), node.attributes.get("scan_output_axes", ())
    made = zip(reversed(node.outputs), reversed(outputs), strict=False)
    ends = (*zip(node.inputs[-count:], inputs, strict=False), *made)
    yield from (_bytes(run, name) for name, axis in ends if axis)


_RULES: Mapping[str, Sizes] = {
    "com.microsoft.Attention": _projected_attention,
    "com.microsoft.MultiHeadAttention": _attention,
    "LSTM": _lstm,
    "GRU": _gru,
    "RNN": _rnn,
    "ConvTranspose": _transposed_convolution,
    "Conv": _convolution,
    "Scan": _scan,
}
