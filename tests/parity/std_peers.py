"""A block of the standard library and the outside module that it stands for; `record_std_peers.py` lists them."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from std_records import draw, sample
from torch import nn

EVEN = "require H % 4 == 0 and W % 4 == 0\n"


@dataclass(frozen=True)
class Peer:
    """A stage of a spec and the module that it stands for.

    The input is [N, channels, H, W], or [N, T, channels] where `shape` is one number. Its sizes are symbols, of which
    `require` promises something, or numbers where that is None.
    """

    stage: str
    module: nn.Module
    channels: int = 16
    require: str | None = EVEN
    shape: tuple[int, ...] = (8, 12)
    rename: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        names = re.findall("^[a-z_0-9]+|squeeze_excite", self.stage)
        image = len(self.shape) == 2
        sizes = [str(size) for size in self.shape] if self.require is None else ["H", "W"] if image else ["T"]
        dims = ", ".join(["N", str(self.channels), *sizes] if image else ["N", *sizes, str(self.channels)])
        promise = (self.require or "") if image else ""
        start = f"from std import {', '.join(sorted(set(names)))}\ninput x: float32[{dims}]\n"
        return f"{start}{promise}output y = x -> {self.stage} as block\n"

    @property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        image = len(self.shape) == 2
        return {"x": (2, self.channels, *self.shape) if image else (2, *self.shape, self.channels)}

    def run(self, arrays: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return {"y": self.module(arrays["x"])}


class Pyramid(Peer):
    """A feature pyramid of three maps."""

    @property
    def text(self) -> str:
        return (
            "from std import feature_pyramid\nrequire H % 4 == 0 and W % 4 == 0\n"
            "input a: float32[N, 8, H, W]\ninput b: float32[N, 12, H // 2, W // 2]\n"
            "input c: float32[N, 20, H // 4, W // 4]\n"
            "p, q, r = feature_pyramid([a, b, c], 6) as block\noutput p\noutput q\noutput r\n"
        )

    @property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        return {"a": (2, 8, 8, 12), "b": (2, 12, 4, 6), "c": (2, 20, 2, 3)}

    def run(self, arrays: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        return dict(zip("pqr", self.module(OrderedDict(arrays)).values(), strict=True))


class PlainConv(nn.Module):
    """The convolution of GoogLeNet as published."""

    def __init__(self, channels: int, out: int, **kwargs: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out, **kwargs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.conv(x))


class Wrapped(nn.Module):
    """A function of a module."""

    def __init__(self, module: nn.Module, function: Callable[[nn.Module, torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.inner, self.function = module, function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(self.inner, x)


def renamed(name: str, rules: tuple[tuple[str, str], ...]) -> str:
    for pattern, replacement in rules:
        name = re.sub(f"^{pattern}$", replacement, name)
    return name


def entry(peer: Peer, source: str) -> tuple[dict[str, object], dict[str, np.ndarray]]:
    """The record of one block, and its results."""
    module = peer.module.eval()
    state = {name: tensor for name, tensor in module.state_dict().items() if tensor.is_floating_point()}
    names = {name: renamed(name, peer.rename) for name in state}
    kept = {name: f"block.{short}" for name, short in names.items() if short}
    trainable = sum(p.numel() for name, p in module.named_parameters() if names[name])
    with torch.no_grad():
        for name, path in kept.items():
            state[name].copy_(torch.from_numpy(draw(path, tuple(state[name].shape))))
        arrays = {name: torch.from_numpy(draw(f"input {name}", shape)) for name, shape in peer.inputs.items()}
        results = {name: tensor.numpy() for name, tensor in peer.run(arrays).items()}
    facts = {
        "text": peer.text,
        "source": source,
        "inputs": peer.inputs,
        "weights": {path: tuple(state[name].shape) for name, path in kept.items()},
        "trainable": trainable,
        "shapes": {name: array.shape for name, array in results.items()},
    }
    return facts, {name: sample(array) for name, array in results.items()}
