"""Recurrent layers, cells and scans against torch 2.13."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from one_layer import randomise
from torch import nn
from whole_spec import evaluate

TOLERANCE = 2e-5
"""For float32 over a few steps of sizes below ten, with weights of about 1."""

LAYERS = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


def normal(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def close(made: np.ndarray, wanted: torch.Tensor) -> None:
    np.testing.assert_allclose(made, wanted.detach().numpy(), rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("name", LAYERS)
@settings(max_examples=12, deadline=None)
@given(
    size=st.integers(1, 5),
    hidden=st.integers(1, 5),
    layers=st.integers(1, 3),
    bias=st.booleans(),
    both=st.booleans(),
    batch_first=st.booleans(),
    started=st.booleans(),
    batch=st.integers(1, 3),
    steps=st.integers(1, 4),
)
def test_layers(name, size, hidden, layers, bias, both, batch_first, started, batch, steps) -> None:
    module = LAYERS[name](size, hidden, layers, bias=bias, bidirectional=both, batch_first=batch_first)
    weights = randomise(module, 0)
    x = normal(batch, steps, size) if batch_first else normal(steps, batch, size)
    state = layers * (2 if both else 1), batch, hidden
    starts = {"h0": normal(*state, seed=1), "c0": normal(*state, seed=2)}
    if name != "lstm":
        del starts["c0"]
    if not started:
        starts = {}
    dims = "N, T" if batch_first else "T, N"
    declared = "".join(f"input {key}: float32[{state[0]}, N, {hidden}]\n" for key in starts)
    flags = {"bias": bias, "bidirectional": both, "batch_first": batch_first}
    given = ", ".join([str(hidden), str(layers), *(f"{k}={str(v).lower()}" for k, v in flags.items())])
    given += "".join(f", {key}={key}" for key in starts)
    results = "y, (h, c)" if name == "lstm" else "y, h"
    shown = "".join(f"output {key}_out = {key}\n" for key in ("y", "h", *("c" if name == "lstm" else ())))
    text = f"input x: float32[{dims}, {size}]\n{declared}{results} = x -> {name}({given}) as layer\n{shown}"
    made = evaluate(text, weights, x=x, **starts)
    begun = tuple(torch.from_numpy(start) for start in starts.values())
    y, last = module(torch.from_numpy(x), begun if len(begun) == 2 else begun[0] if begun else None)
    close(made["y_out"], y)
    for key, wanted in zip(("h_out", "c_out"), last if name == "lstm" else (last,), strict=False):
        close(made[key], wanted)


def test_rnn_with_relu() -> None:
    module = nn.RNN(3, 4, bidirectional=True, batch_first=True, nonlinearity="relu")
    weights, x = randomise(module, 0), normal(2, 3, 3)
    text = "input x: float32[N, T, 3]\noutput y = x -> rnn(4, bidirectional=true, nonlinearity=relu) as layer"
    close(evaluate(text, weights, x=x)["y"], module(torch.from_numpy(x))[0])


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("name", "module", "states"), [("lstm_cell", nn.LSTMCell, "hc"), ("gru_cell", nn.GRUCell, "h")]
)
def test_cells(name: str, module: type[nn.Module], states: str, bias: bool) -> None:
    cell = module(3, 4, bias=bias)
    weights, x = randomise(cell, 0), normal(2, 3)
    starts = {key: normal(2, 4, seed=index + 1) for index, key in enumerate(states)}
    declared = "".join(f"input {key}: float32[N, 4]\n" for key in states)
    left = ", ".join(f"next_{key}" for key in states)
    shown = "".join(f"output {key}_out = next_{key}\n" for key in states)
    call = f"{name}(x, {', '.join(states)}, 4, {str(bias).lower()}) as layer"
    text = f"input x: float32[N, 3]\n{declared}{left} = {call}\n{shown}"
    made = evaluate(text, weights, x=x, **starts)
    begun = tuple(torch.from_numpy(start) for start in starts.values())
    after = cell(torch.from_numpy(x), begun if name == "lstm_cell" else begun[0])
    for key, wanted in zip(states, after if name == "lstm_cell" else (after,), strict=True):
        close(made[f"{key}_out"], wanted)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("axis", [0, 1])
def test_scan_over_a_cell_is_the_layer(axis: int, reverse: bool) -> None:
    cell = nn.LSTMCell(3, 4)
    weights = randomise(cell, 0)
    x, h, c = normal(2, 5, 3), normal(2, 4, seed=1), normal(2, 4, seed=2)
    given = x if axis == 1 else np.ascontiguousarray(x.swapaxes(0, 1))
    text = f"""input x: float32[{"N, T" if axis else "T, N"}, 3]
input h: float32[N, 4]
input c: float32[N, 4]
y, (last_h, last_c) = scan(lstm_cell(4) as layer, over=x, state=[h, c], axis={axis}, reverse={str(reverse).lower()})
output y = y
output last_h = last_h
output last_c = last_c
"""
    made = evaluate(text, weights, x=given, h=h, c=c)
    state, rows = (torch.from_numpy(h), torch.from_numpy(c)), {}
    for step in reversed(range(5)) if reverse else range(5):
        state = cell(torch.from_numpy(x[:, step]), state)
        rows[step] = state[0]
    close(made["y"], torch.stack([rows[step] for step in range(5)], axis))
    close(made["last_h"], state[0])
    close(made["last_c"], state[1])


@pytest.mark.parametrize("reverse", [False, True])
def test_scan_over_a_block(reverse: bool) -> None:
    """A Jordan cell that reads a tensor from around the scan, the output fed back."""
    inner, outer = nn.Linear(5, 4), nn.Linear(4, 2)
    state = nn.ModuleDict({"a": inner, "b": outer}).state_dict()
    weights = {f"step.{name}": tensor.numpy() for name, tensor in state.items()}
    x, y0, shift = normal(2, 5, 3), normal(2, 2, seed=1), normal(2, 4, seed=2)
    text = f"""block jordan(x, y, shift):
    hidden = concat(x, y) -> linear(4) as a
    made = tanh(hidden + shift) -> linear(2) as b
    return hidden, made
input x: float32[N, T, 3]
input y0: float32[N, 2]
input shift: float32[N, 4]
hidden, last = scan(jordan(shift=shift) as step, over=x, state=y0, reverse={str(reverse).lower()})
output hidden = hidden
output last = last
"""
    made = evaluate(text, weights, x=x, y0=y0, shift=shift)
    state, rows = torch.from_numpy(y0), {}
    for step in reversed(range(5)) if reverse else range(5):
        rows[step] = inner(torch.cat([torch.from_numpy(x[:, step]), state], 1))
        state = outer(torch.tanh(rows[step] + torch.from_numpy(shift)))
    close(made["hidden"], torch.stack([rows[step] for step in range(5)], 1))
    close(made["last"], state)
