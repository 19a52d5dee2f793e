"""Recurrent cells as the papers write them, in numpy: one sequence, one step at a time, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

Array = np.ndarray
Weights = Mapping[str, Array]
States = tuple[Array, ...]
Step = Callable[[Weights, Array, States], tuple[Array, States]]
"""From weights without endings, an input [I] and the states to the result and the next states."""


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "identity": lambda x: x,
    "tanh": np.tanh,
    "sigmoid": sigmoid,
    "relu": lambda x: np.maximum(x, 0),
    "softsign": lambda x: x / (1 + np.abs(x)),
    "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0, 1),
    "keras2_hard_sigmoid": lambda x: np.clip(0.2 * x + 0.5, 0, 1),
}


@dataclass(frozen=True)
class Rnn:
    hidden: int
    nonlinearity: str = "tanh"

    def shapes(self, size: int, bias: str) -> dict[str, tuple[int, ...]]:
        return matrices(1, self.hidden, size, self.hidden, bias)

    def states(self) -> tuple[int, ...]:
        return (self.hidden,)

    def step(self, w: Weights, x: Array, states: States) -> tuple[Array, States]:
        h = FUNCTIONS[self.nonlinearity](w["weight_ih"] @ x + w["weight_hh"] @ states[0] + biases(w))
        return h, (h,)


@dataclass(frozen=True)
class Gru:
    """Cho et al. 2014; `after` is the form of cuDNN."""

    hidden: int
    after: bool = True
    activation: str = "tanh"
    gate: str = "sigmoid"

    def shapes(self, size: int, bias: str) -> dict[str, tuple[int, ...]]:
        return matrices(3, self.hidden, size, self.hidden, bias)

    def states(self) -> tuple[int, ...]:
        return (self.hidden,)

    def step(self, w: Weights, x: Array, states: States) -> tuple[Array, States]:
        h, one = states[0], self.hidden
        outer = w["weight_ih"] @ x + w.get("bias_ih", w.get("bias", 0.0))
        second = np.broadcast_to(w.get("bias_hh", 0.0), (3 * one,))
        inner = w["weight_hh"] @ h + second
        reset = FUNCTIONS[self.gate](outer[:one] + inner[:one])
        update = FUNCTIONS[self.gate](outer[one : 2 * one] + inner[one : 2 * one])
        turned = reset * inner[2 * one :] if self.after else w["weight_hh"][2 * one :] @ (reset * h) + second[2 * one :]
        h = update * h + (1 - update) * FUNCTIONS[self.activation](outer[2 * one :] + turned)
        return h, (h,)


@dataclass(frozen=True)
class Lstm:
    """Graves 2013, equations 7 to 11; projection of Sak et al. 2014; coupled gates of Greff et al. 2015."""

    hidden: int
    projected: int = 0
    peephole: bool = False
    coupled: bool = False
    cell_clip: float | None = None
    proj_clip: float | None = None
    activation: str = "tanh"
    gate: str = "sigmoid"

    def shapes(self, size: int, bias: str) -> dict[str, tuple[int, ...]]:
        made = matrices(3 if self.coupled else 4, self.hidden, size, self.projected or self.hidden, bias)
        if self.projected:
            made["weight_hr"] = (self.projected, self.hidden)
        names = ("weight_ci", "weight_co") if self.coupled else ("weight_ci", "weight_cf", "weight_co")
        return made | {name: (self.hidden,) for name in names if self.peephole}

    def states(self) -> tuple[int, ...]:
        return self.projected or self.hidden, self.hidden

    def step(self, w: Weights, x: Array, states: States) -> tuple[Array, States]:
        h, c = states
        act, gate = FUNCTIONS[self.activation], FUNCTIONS[self.gate]
        total = (w["weight_ih"] @ x + w["weight_hh"] @ h + biases(w)).reshape(-1, self.hidden)
        enter = gate(total[0] + w.get("weight_ci", 0) * c)
        forget = 1 - enter if self.coupled else gate(total[1] + w.get("weight_cf", 0) * c)
        c = forget * c + enter * act(total[-2])
        if self.cell_clip is not None:
            c = np.clip(c, -self.cell_clip, self.cell_clip)
        h = gate(total[-1] + w.get("weight_co", 0) * c) * act(c)
        if self.projected:
            h = w["weight_hr"] @ h
        if self.proj_clip is not None:
            h = np.clip(h, -self.proj_clip, self.proj_clip)
        return h, (h, c)


@dataclass(frozen=True)
class Jordan:
    """Jordan 1986: plan units are the input, state units the sum of old outputs."""

    hidden: int
    out: int
    nonlinearity: str = "tanh"
    output: str = "identity"
    decay: float = 0.0

    def shapes(self, size: int, bias: str) -> dict[str, tuple[int, ...]]:
        made: dict[str, tuple[int, ...]] = {
            "weight_ih": (self.hidden, size),
            "weight_oh": (self.hidden, self.out),
            "weight_ho": (self.out, self.hidden),
        }
        return made | ({} if bias == "false" else {"bias_h": (self.hidden,), "bias_o": (self.out,)})

    def states(self) -> tuple[int, ...]:
        return (self.out,)

    def step(self, w: Weights, x: Array, states: States) -> tuple[Array, States]:
        total = w["weight_ih"] @ x + w["weight_oh"] @ states[0] + w.get("bias_h", 0)
        y = FUNCTIONS[self.output](w["weight_ho"] @ FUNCTIONS[self.nonlinearity](total) + w.get("bias_o", 0))
        return y, (self.decay * states[0] + y,)


Cell = Rnn | Gru | Lstm | Jordan


def biases(w: Weights) -> Array | float:
    return w["bias"] if "bias" in w else w.get("bias_ih", 0.0) + w.get("bias_hh", 0.0)


def matrices(gates: int, hidden: int, size: int, state: int, bias: str) -> dict[str, tuple[int, ...]]:
    rows = gates * hidden
    made: dict[str, tuple[int, ...]] = {"weight_ih": (rows, size), "weight_hh": (rows, state)}
    names = {"true": ("bias_ih", "bias_hh"), "single": ("bias",), "false": ()}[bias]
    return made | dict.fromkeys(names, (rows,))


def one_way(cell: Cell, w: Weights, x: Array, starts: States, lengths: Array, backward: bool) -> tuple[Array, States]:
    """Results [N, T, size] and last states [N, size] of sequences [N, T, I] that end at their lengths."""
    rows, lasts = [], []
    for n, length in enumerate(lengths):
        states = tuple(start[n] for start in starts)
        given = x[n, :length][::-1] if backward else x[n, :length]
        made = []
        for step in given:
            y, states = cell.step(w, step, states)
            made.append(y)
        made = made[::-1] if backward else made
        size = cell.out if isinstance(cell, Jordan) else cell.states()[0]
        rows.append(np.stack([*made, *(np.zeros(size) for _ in range(x.shape[1] - length))]))
        lasts.append(states)
    return np.stack(rows), tuple(np.stack(parts) for parts in zip(*lasts, strict=True))


def network(
    cell: Cell, weights: Weights, x: Array, starts: States, lengths: Array, layers: int, both: bool
) -> tuple[Array, States]:
    """Results [N, T, directions * size] and last states [layers * directions, N, size]; `weights` with endings."""
    lasts: list[States] = []
    for level in range(layers):
        made = []
        for backward in (False, True)[: 1 + both]:
            ending = f"_l{level}{'_reverse' * backward}"
            w = {key.removesuffix(ending): value for key, value in weights.items() if key.endswith(ending)}
            begun = tuple(start[len(lasts)] for start in starts)
            y, last = one_way(cell, w, x, begun, lengths, backward)
            made.append(y)
            lasts.append(last)
        x = np.concatenate(made, -1)
    return x, tuple(np.stack(parts) for parts in zip(*lasts, strict=True))
