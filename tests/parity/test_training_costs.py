"""Backward passes beside PyTorch: FLOPs as its counter sees them, bytes of the tensors that autograd saves."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import specc
from specc.analysis.training import training
from specc.tensor.dims import Dim, evaluate


class Attention(nn.Module):
    """Multi-head attention in its plain form behind a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.qkv, self.out = nn.Linear(16, 16), nn.Linear(16, 48), nn.Linear(16, 16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.embed(x)
        n, t, _ = x.shape
        q, k, v = (part.view(n, t, 4, 4).transpose(1, 2) for part in self.qkv(x).split(16, -1))
        p = torch.softmax((q @ k.transpose(-1, -2)) * 0.5, -1)
        mixed: torch.Tensor = self.out((p @ v).transpose(1, 2).reshape(n, t, 16))
        return mixed


class Block(nn.Module):
    """A pre-norm block with one head."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(16)
        self.q, self.k, self.v = (nn.Linear(16, 16) for _ in range(3))
        self.up, self.down = nn.Linear(16, 64), nn.Linear(64, 16)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.norm(x)
        p = torch.softmax(self.q(h) @ self.k(h).transpose(1, 2) * 0.25, -1)
        x = x + p @ self.v(h)
        made: torch.Tensor = x + self.down(nn.functional.gelu(self.up(x)))
        return made


class NativeDropout(nn.Module):
    """Dropout whose mask has a byte for each element, as it is on a GPU."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.native_dropout(x, 0.5, True)[0]


class Chosen(nn.Module):
    """A table, a choice, and norms over groups and single channels."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.groups = nn.Embedding(20, 8), nn.GroupNorm(2, 8)
        self.single, self.out = nn.InstanceNorm1d(8), nn.Linear(6, 3)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.table(tokens).transpose(1, 2).contiguous()
        x = self.groups(torch.where(tokens[:, None] > 3, x, -x))
        made: torch.Tensor = self.out(self.single(x))
        return made


CASES = {
    "dense": (
        nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 30), nn.Tanh(), nn.Linear(30, 5)),
        "input x: float32[N, 10]\noutput y = x -> linear(20) -> relu -> linear(30) -> tanh -> linear(5)",
        (4, 10),
    ),
    "conv": (
        nn.Sequential(
            *(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3)),
            *(nn.GELU(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(16 * 3 * 3, 10)),
        ),
        "input x: float32[N, 3, 16, 16]\n"
        "output y = x -> conv(8, 3, padding=1) -> batchnorm -> relu -> maxpool(2) -> conv(16, 3) -> gelu -> avgpool(2)"
        " -> flatten -> linear(10)",
        (4, 3, 16, 16),
    ),
    "dropout": (
        nn.Sequential(nn.Linear(8, 8), nn.Sigmoid(), NativeDropout(), nn.Linear(8, 2, bias=False)),
        "input x: float32[N, 8]\noutput y = x -> linear(8) -> sigmoid -> dropout(0.5) -> linear(2, bias=false)",
        (5, 8),
    ),
    "block": (
        Block(),
        "input x: float32[N, 7, 16]\n"
        "h = x -> layernorm\n"
        "p = softmax(((h -> linear(16)) @ swap(h -> linear(16))) * 0.25)\n"
        "z = x + p @ (h -> linear(16))\n"
        "output y = z + (z -> linear(64) -> gelu -> linear(16))",
        (3, 7, 16),
    ),
    "chosen": (
        Chosen(),
        "input t: int64[N, 6]\n"
        "x = t -> embedding(20, 8) -> swap\n"
        "output y = where(t[:, none] > 3, x, -x) -> groupnorm(2) -> instancenorm -> linear(3)",
        (4, 6),
    ),
    "attention": (
        Attention(),
        "input x: float32[N, 7, 16]\noutput y = x -> linear(16) -> multihead_attention(4)",
        (3, 7, 16),
    ),
}


def saved_bytes(model: nn.Module, x: torch.Tensor) -> int:
    """Bytes of the storages that autograd saves, without those of the model."""
    own = {tensor.untyped_storage().data_ptr() for tensor in (*model.parameters(), *model.buffers())}
    found: dict[int, torch.Tensor] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        if tensor.untyped_storage().data_ptr() not in own:
            found[tensor.untyped_storage().data_ptr()] = tensor
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        model(x)
        return sum(tensor.untyped_storage().nbytes() for tensor in found.values())


def counted(model: nn.Module, x: torch.Tensor, backward: bool) -> int:
    with FlopCounterMode(display=False) as counter:
        y = model(x)
        if backward:
            y.sum().backward()
    return int(counter.get_total_flops())


@pytest.mark.parametrize("name", CASES)
def test_backward_pass(name: str) -> None:
    model, text, shape = CASES[name]
    model.train()
    torch.manual_seed(0)
    x = torch.randint(0, 20, shape) if name == "chosen" else torch.randn(*shape)
    spec = specc.loads(f"model m\n{text}")
    made = training(spec._resolved.graph)

    def at(dim: Dim) -> int | None:
        return evaluate(dim, {"N": shape[0]})

    assert at(made.kept) == saved_bytes(model, x)
    forward = counted(model, x, False)
    assert at(spec.report().cost.macs_formula) == forward // 2
    assert at(made.macs) == (counted(model, x, True) - forward) // 2
    count = sum(parameter.numel() for parameter in model.parameters())
    assert made.gradients == 4 * count
    assert made.state == {"sgd": 0, "momentum": 4 * count, "adam": 8 * count}
