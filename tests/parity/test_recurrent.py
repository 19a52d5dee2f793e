"""Recurrent layers and cells against torch 2.13, and where torch has none against the papers' equations in numpy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from cases import SEEDS, cases, word
from hypothesis import strategies as st
from one_layer import randomise, values
from recurrent_equations import Cell, Gru, Jordan, Lstm, Rnn, network
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from whole_spec import holds

TOLERANCE = 2e-5
"""For float32 over a few steps of sizes below ten, with weights of about 1; the fused operators approximate sigmoid and
tanh within 1e-6."""

TORCH = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}
TORCH_CELLS = {"lstm_cell": nn.LSTMCell, "gru_cell": nn.GRUCell, "rnn_cell": nn.RNNCell}
RESULTS = {"lstm": "y, (h, c)", "gru": "y, h", "rnn": "y, h", "jordan": "y, s"}
STATES = {"lstm": "hc", "gru": "h", "rnn": "h", "jordan": "s"}
FLAGS = st.booleans()
SIZES = st.integers(1, 5)
WORDS = ("tanh", "sigmoid", "relu", "softsign", "hard_sigmoid", "keras2_hard_sigmoid")
GATES = ("sigmoid", "hard_sigmoid", "keras2_hard_sigmoid", "tanh")
SYMBOLS = {"h0": "1N1", "c0": "1N1", "s0": "1N1", "lengths": "N"}
BIASES = ("true", "single", "false")


def dims(shape: tuple[int, ...], symbols: str, symbolic: bool) -> str:
    """Dims of a declaration: letters of `symbols` by name where they are symbolic, others by size."""
    return ", ".join(
        letter if symbolic and letter.isalpha() else str(size) for letter, size in zip(symbols, shape, strict=True)
    )


def declared(arrays: Mapping[str, np.ndarray], symbols: Mapping[str, str], symbolic: bool) -> str:
    return "".join(
        f"input {name}: {array.dtype}[{dims(array.shape, symbols.get(name, '1' * array.ndim), symbolic)}]\n"
        for name, array in arrays.items()
    )


def shown(name: str) -> str:
    return "".join(f"output {key}_out = {key}\n" for key in ("y", *STATES[name]))


def over_lengths(
    module: nn.RNNBase, x: torch.Tensor, begun: tuple[torch.Tensor, ...], lengths: list[int] | None
) -> tuple[torch.Tensor, tuple[torch.Tensor, ...]]:
    """Results and last states of a module, by packed sequences where there are lengths."""
    first, state = module.batch_first, begun if len(begun) == 2 else begun[0] if begun else None
    with torch.no_grad():
        if lengths is None:
            y, last = module(x, state)
        else:
            packed = pack_padded_sequence(x, torch.tensor(lengths), first, enforce_sorted=False)
            y, last = module(packed, state)
            y, _ = pad_packed_sequence(y, first, total_length=x.shape[int(first)])
    return y, last if isinstance(last, tuple) else (last,)


@pytest.mark.parametrize("name", TORCH)
@cases(
    size=SIZES,
    hidden=st.integers(2, 5),
    layers=st.integers(1, 3),
    form=st.tuples(FLAGS, FLAGS, FLAGS, FLAGS, FLAGS, FLAGS, FLAGS),
    lengths=st.lists(st.integers(1, 6), min_size=1, max_size=4),
    padding=st.integers(0, 2),
    seed=SEEDS,
)
def test_layers_are_those_of_torch(name, size, hidden, layers, form, lengths, padding, seed) -> None:
    bias, both, batch_first, started, own, symbolic, special = form
    options = {"bias": bias, "bidirectional": both, "batch_first": batch_first}
    if special and name != "gru":
        options |= {"proj_size": hidden - 1} if name == "lstm" else {"nonlinearity": "relu"}
    module = TORCH[name](size, hidden, layers, **options)
    weights = randomise(module, seed % 1000)
    batch, longest = len(lengths), max(lengths) + padding
    arrays = {"x": values((batch, longest, size) if batch_first else (longest, batch, size), seed)}
    for key in STATES[name] if started else "":
        width = options.get("proj_size", hidden) if key == "h" else hidden
        arrays[f"{key}0"] = values((layers * (1 + both), batch, width), seed + ord(key))
    begun = tuple(torch.from_numpy(array) for key, array in arrays.items() if key != "x")
    y, last = over_lengths(module, torch.from_numpy(arrays["x"]), begun, lengths if own else None)
    given = "".join(f", {key}={key}" for key in arrays if key != "x")
    if own:
        given, arrays["lengths"] = f"{given}, lengths=lengths", np.array(lengths, f"int{32 * (1 + seed % 2)}")
    given += "".join(f", {key}={word(value)}" for key, value in options.items())
    inputs = declared(arrays, SYMBOLS | {"x": "NT1" if batch_first else "TN1"}, symbolic)
    text = f"{inputs}{RESULTS[name]} = x -> {name}({hidden}, {layers}{given}, dropout=0.1) as layer\n{shown(name)}"
    wanted = {"y_out": y} | {f"{key}_out": value for key, value in zip("hc", last, strict=False)}
    holds(name, text, wanted, arrays, tolerance=TOLERANCE, weights=weights)


CELLS: dict[str, st.SearchStrategy[Cell]] = {
    "rnn": st.builds(Rnn, SIZES, st.sampled_from(WORDS)),
    "gru": st.builds(Gru, SIZES, FLAGS, st.sampled_from(WORDS), st.sampled_from(GATES)),
    "lstm": st.builds(
        Lstm,
        SIZES,
        st.sampled_from((0, 0, 1, 3)),
        FLAGS,
        FLAGS,
        st.sampled_from((None, None, 0.4)),
        st.sampled_from((None, 0.2)),
        st.sampled_from(WORDS),
        st.sampled_from(GATES),
    ).filter(lambda cell: cell.projected or cell.proj_clip is None),
    "jordan": st.builds(
        Jordan, SIZES, SIZES, st.sampled_from(WORDS), st.sampled_from(("identity", *WORDS)), st.sampled_from((0.0, 0.5))
    ),
}


def attributes(cell: Cell) -> str:
    """What a call says of a cell."""
    match cell:
        case Rnn():
            return f"{cell.hidden}, nonlinearity={cell.nonlinearity}"
        case Gru():
            words = f"activation={cell.activation}, recurrent_activation={cell.gate}"
            return f"{cell.hidden}, reset_after={word(cell.after)}, {words}"
        case Lstm():
            words = f"activation={cell.activation}, recurrent_activation={cell.gate}, peephole={word(cell.peephole)}"
            bounds = f"cell_clip={word(cell.cell_clip)}, proj_clip={word(cell.proj_clip)}"
            return f"{cell.hidden}, proj_size={cell.projected}, coupled={word(cell.coupled)}, {words}, {bounds}"
        case Jordan():
            words = f"nonlinearity={cell.nonlinearity}, output_nonlinearity={cell.output}"
            return f"{cell.hidden}, out_size={cell.out}, {words}, decay={cell.decay}"


def drawn(shapes: Mapping[str, tuple[int, ...]], seed: int) -> dict[str, np.ndarray]:
    """Weights that keep the states of all cells within a few units."""
    return {key: values(shape, seed + index, 0.6) for index, (key, shape) in enumerate(shapes.items())}


def single(arrays: tuple[np.ndarray, ...] | np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(np.asarray(array, np.float32) for array in arrays)


@pytest.mark.parametrize("name", CELLS)
@cases(
    data=st.data(),
    size=SIZES,
    layers=st.integers(1, 2),
    bias=st.sampled_from(BIASES),
    form=st.tuples(FLAGS, FLAGS, FLAGS, FLAGS, FLAGS),
    lengths=st.lists(st.integers(0, 5), min_size=1, max_size=4),
    seed=SEEDS,
)
def test_layers_are_those_of_the_papers(name, data, size, layers, bias, form, lengths, seed) -> None:
    cell = data.draw(CELLS[name])
    both, started, own, symbolic, computed = form
    bias = "true" if name == "jordan" and bias == "single" else bias
    width = cell.out if name == "jordan" else cell.states()[0]
    endings = [f"_l{level}{way}" for level in range(layers) for way in ("", "_reverse")[: 1 + both]]
    shapes: dict[str, tuple[int, ...]] = {}
    for ending in endings:
        entering = size if "_l0" in ending else width * (1 + both)
        shapes |= {f"{key}{ending}": shape for key, shape in cell.shapes(entering, bias).items()}
    weights = drawn(shapes, seed)
    batch, longest = len(lengths), max(1, *lengths)
    arrays = {"x": values((batch, longest, size), seed)}
    starts = [values((len(endings), batch, state), seed + 7 + k) for k, state in enumerate(cell.states())]
    if started:
        arrays |= {f"{key}0": start for key, start in zip(STATES[name], starts, strict=True)}
    else:
        starts = [0 * start for start in starts]
    ends = np.array(lengths if own else [longest] * batch)
    wanted, lasts = network(cell, weights, arrays["x"], tuple(starts), ends, layers, both)
    given = "".join(f", {key}={key}" for key in arrays if key != "x")
    if own:
        given, arrays["lengths"] = f"{given}, lengths=lengths", ends
        for row, length in zip(arrays["x"], lengths, strict=True):
            row[length:] = np.nan
    if computed:
        arrays |= {key: weights.pop(key) for key in shapes if key.endswith(endings[-1])}
        given += "".join(f", {key}={key}" for key in shapes if key.endswith(endings[-1]))
    given += f", bidirectional={word(both)}, num_layers={layers}, bias={bias}"
    inputs = declared(arrays, SYMBOLS | {"x": "NT1"}, symbolic)
    text = f"{inputs}{RESULTS[name]} = x -> {name}({attributes(cell)}{given}) as layer\n{shown(name)}"
    expected = {"y_out": wanted} | {f"{key}_out": last for key, last in zip(STATES[name], lasts, strict=True)}
    made = {key: np.asarray(array, np.float32) for key, array in expected.items()}
    stored = {f"layer.{key}": array for key, array in weights.items()}
    holds(name, text, made, arrays, tolerance=TOLERANCE, weights=stored)


@pytest.mark.parametrize("name", TORCH_CELLS)
@cases(size=SIZES, hidden=SIZES, batch=st.integers(1, 3), bias=FLAGS, symbolic=FLAGS, seed=SEEDS)
def test_cells_are_those_of_torch(name, size, hidden, batch, bias, symbolic, seed) -> None:
    kind = name.removesuffix("_cell")
    extra = {"nonlinearity": "relu"} if name == "rnn_cell" and seed % 2 else {}
    module = TORCH_CELLS[name](size, hidden, bias=bias, **extra)
    weights = randomise(module, seed % 1000)
    arrays = {"x": values((batch, size), seed)}
    arrays |= {key: values((batch, hidden), seed + ord(key)) for key in STATES[kind]}
    begun = tuple(torch.from_numpy(arrays[key]) for key in STATES[kind])
    with torch.no_grad():
        after = module(torch.from_numpy(arrays["x"]), begun if len(begun) == 2 else begun[0])
    text = cell_text(name, f"{hidden}, {word(bias)}{''.join(f', {k}={v}' for k, v in extra.items())}", arrays, symbolic)
    wanted = dict(zip(STATES[kind], after if isinstance(after, tuple) else (after,), strict=True))
    expected = {f"{key}_out": value for key, value in wanted.items()}
    holds(name, text, expected, arrays, tolerance=TOLERANCE, weights=weights)


def cell_text(name: str, given: str, arrays: Mapping[str, np.ndarray], symbolic: bool) -> str:
    """A spec of one step."""
    states = STATES[name.removesuffix("_cell")]
    made = [*(["y"] if name == "jordan_cell" else []), *(f"next_{key}" for key in states)]
    inputs = declared(arrays, dict.fromkeys(("x", *states), "N1"), symbolic)
    outputs = "".join(f"output {key.removeprefix('next_')}_out = {key}\n" for key in made)
    return f"{inputs}{', '.join(made)} = {name}(x, {', '.join(states)}, {given}) as layer\n{outputs}"


@pytest.mark.parametrize("name", CELLS)
@cases(
    data=st.data(),
    size=SIZES,
    batch=st.integers(1, 3),
    bias=st.sampled_from(BIASES),
    symbolic=FLAGS,
    computed=FLAGS,
    wide=FLAGS,
    seed=SEEDS,
)
def test_cells_are_those_of_the_papers(name, data, size, batch, bias, symbolic, computed, wide, seed) -> None:
    cell = data.draw(CELLS[name])
    bias = "true" if name == "jordan" and bias == "single" else bias
    weights = drawn(cell.shapes(size, bias), seed)
    arrays = {"x": values((batch, size), seed)}
    arrays |= {
        key: values((batch, state), seed + ord(key)) for key, state in zip(STATES[name], cell.states(), strict=True)
    }
    dtype = np.float64 if wide else np.float32
    arrays, weights = ({key: array.astype(dtype) for key, array in part.items()} for part in (arrays, weights))
    begun = tuple(arrays[key] for key in STATES[name])
    rows = [cell.step(weights, arrays["x"][n], tuple(state[n] for state in begun)) for n in range(batch)]
    after = (np.stack(parts) for parts in zip(*(states for _, states in rows), strict=True))
    expected = {f"{key}_out": single(value) for key, value in zip(STATES[name], after, strict=True)}
    if name == "jordan":
        expected["y_out"] = single([y for y, _ in rows])
    given = f"{attributes(cell)}, bias={bias}"
    if computed:
        given += ", weight_hh=weight_hh" if "weight_hh" in weights else ", weight_oh=weight_oh"
        arrays |= {key: weights.pop(key) for key in ("weight_hh", "weight_oh") if key in weights}
    text = cell_text(f"{name}_cell", given, arrays, symbolic)
    stored = {f"layer.{key}": array for key, array in weights.items()}
    made = {key: np.stack(rows).astype(dtype) for key, rows in expected.items()}
    holds(f"{name}_cell", text, made, arrays, tolerance=TOLERANCE, weights=stored)
