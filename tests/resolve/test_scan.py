"""Recurrence over a block, against PyTorch."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

import specc

JORDAN = """model jordan(hidden = 6, out = 3)
\"\"\"A Jordan network: the output, not the hidden state, is fed back.\"\"\"
input x: float32[N, T, 5]
input y0: float32[N, out] = 0
block step(x, y):
    h = tanh((x -> linear(hidden) as input) + (y -> linear(hidden, bias=false) as feedback))
    y = h -> linear(out) as output
    return y, y
ys, last = scan(step() as ., over=x, state=y0, axis=1, reverse=REVERSE)
output outputs: float32[N, T, out] = ys
output final: float32[N, out] = last
"""


class Jordan(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.input, self.feedback, self.output = nn.Linear(5, 6), nn.Linear(3, 6, bias=False), nn.Linear(6, 3)

    def forward(self, x: torch.Tensor, reverse: bool) -> tuple[torch.Tensor, torch.Tensor]:
        y = torch.zeros(x.shape[0], 3)
        results = []
        for t in reversed(range(x.shape[1])) if reverse else range(x.shape[1]):
            y = self.output(torch.tanh(self.input(x[:, t]) + self.feedback(y)))
            results.append(y)
        return torch.stack(results[::-1] if reverse else results, 1), y


def test_a_jordan_network_runs_forward_and_backward() -> None:
    torch.manual_seed(3)
    twin = Jordan()
    weights = {name: value.detach().numpy() for name, value in twin.state_dict().items()}
    for reverse in (False, True):
        model = specc.loads(JORDAN.replace("REVERSE", str(reverse).lower())).compile(weights=weights)
        for batch, length in ((1, 1), (3, 7)):
            x = torch.randn(batch, length, 5)
            with torch.no_grad():
                wanted, last = twin(x, reverse)
            made = model.run(x=x.numpy())
            assert np.abs(made["outputs"] - wanted.numpy()).max() < 1e-6
            assert np.abs(made["final"] - last.numpy()).max() < 1e-6


def test_its_cost_is_the_blocks_times_the_length() -> None:
    report = specc.loads(JORDAN.replace("REVERSE", "false")).report(N=2, T=7)
    assert report.macs == 2 * 7 * (5 * 6 + 3 * 6 + 6 * 3)


def test_a_known_cell_becomes_the_fused_operator_and_equals_lstm() -> None:
    torch.manual_seed(4)
    cell = nn.LSTMCell(5, 6)
    text = (
        "model m\ninput x: float32[N, T, 5]\ninput h: float32[N, 6]\ninput c: float32[N, 6]\n"
        "y, h1, c1 = scan(lstm_cell(6) as cell, over=x, state=[h, c], axis=1)\n"
        "output ys: float32[N, T, 6] = y\noutput hn = h1\noutput cn = c1\n"
    )
    weights = {f"cell.{name}": value.detach().numpy() for name, value in cell.state_dict().items()}
    model = specc.loads(text).compile(weights=weights)
    assert [node.op_type for node in model.proto.graph.node].count("LSTM") == 1
    x, h, c = torch.randn(2, 4, 5), torch.randn(2, 6), torch.randn(2, 6)
    made = model.run(x=x.numpy(), h=h.numpy(), c=c.numpy())
    with torch.no_grad():
        for t in range(4):
            h, c = cell(x[:, t], (h, c))
            assert np.abs(made["ys"][:, t] - h.numpy()).max() < 1e-6
    assert np.abs(made["cn"] - c.numpy()).max() < 1e-6
