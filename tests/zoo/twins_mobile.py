"""PyTorch nets of small and of dense networks, written from the papers, with torchvision's names."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Unit(nn.Sequential):
    """Convolution, batch normalisation, perhaps an activation."""

    def __init__(
        self,
        channels: int,
        out: int,
        kernel: int = 1,
        stride: int = 1,
        groups: int = 1,
        act: nn.Module | None = None,
        eps: float = 1e-5,
    ) -> None:
        conv = nn.Conv2d(channels, out, kernel, stride, kernel // 2, groups=groups, bias=False)
        super().__init__(conv, nn.BatchNorm2d(out, eps=eps), *([act] if act else []))


class Gate(nn.Module):
    """Squeeze and excitation."""

    def __init__(self, channels: int, squeezed: int, act: nn.Module, gate: nn.Module) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)
        self.act, self.gate = act, gate

    def forward(self, x: Tensor) -> Tensor:
        return x * self.gate(self.fc2(self.act(self.fc1(x.mean((2, 3), keepdim=True)))))


class Inverted(nn.Module):
    """What stands in `conv` or `block`, added to the input where that has its shape."""

    def __init__(self, name: str, layers: list[nn.Module], adds: bool) -> None:
        super().__init__()
        self.name, self.adds = name, adds
        self.add_module(name, nn.Sequential(*layers))

    def forward(self, x: Tensor) -> Tensor:
        y = self.get_submodule(self.name)(x)
        return x + y if self.adds else y


def eights(value: float) -> int:
    """The multiple of eight next to `value`, but no less than nine tenths of it."""
    near = max(8, int(value + 4) // 8 * 8)
    return near + 8 if near < 0.9 * value else near


class Classifier(nn.Module):
    """Features, their mean, and layers on it."""

    def __init__(self, features: nn.Sequential, classifier: nn.Module) -> None:
        super().__init__()
        self.features, self.classifier = features, classifier

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x).mean((2, 3)))


def mobilenet_v2(width: float = 1.0) -> Classifier:
    """Table 2 of arXiv:1801.04381."""
    channels = eights(32 * width)
    layers: list[nn.Module] = [Unit(3, channels, 3, 2, act=nn.ReLU6())]
    table = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    for t, c, n, s in table:
        for index in range(n):
            out, stride, hidden = eights(c * width), 1 if index else s, t * channels
            block: list[nn.Module] = [Unit(channels, hidden, act=nn.ReLU6())] if t > 1 else []
            block.append(Unit(hidden, hidden, 3, stride, hidden, nn.ReLU6()))
            block += [nn.Conv2d(hidden, out, 1, bias=False), nn.BatchNorm2d(out)]
            layers.append(Inverted("conv", block, stride == 1 and channels == out))
            channels = out
    last = eights(1280 * max(1, width))
    layers.append(Unit(channels, last, act=nn.ReLU6()))
    return Classifier(nn.Sequential(*layers), nn.Sequential(nn.Dropout(), nn.Linear(last, 1000)))


LARGE = """3 16 16 - RE 1 / 3 64 24 - RE 2 / 3 72 24 - RE 1 / 5 72 40 SE RE 2 / 5 120 40 SE RE 1 / 5 120 40 SE RE 1 /
3 240 80 - HS 2 / 3 200 80 - HS 1 / 3 184 80 - HS 1 / 3 184 80 - HS 1 / 3 480 112 SE HS 1 / 3 672 112 SE HS 1 /
5 672 160 SE HS 2 / 5 960 160 SE HS 1 / 5 960 160 SE HS 1"""
SMALL = """3 16 16 SE RE 2 / 3 72 24 - RE 2 / 3 88 24 - RE 1 / 5 96 40 SE HS 2 / 5 240 40 SE HS 1 / 5 240 40 SE HS 1 /
5 120 48 SE HS 1 / 5 144 48 SE HS 1 / 5 288 96 SE HS 2 / 5 576 96 SE HS 1 / 5 576 96 SE HS 1"""


def mobilenet_v3(table: str, hidden: int) -> Classifier:
    """Tables 1 and 2 of arXiv:1905.02244: kernel, expansion, channels, squeeze and excitation, activation, stride."""
    eps, channels = 1e-3, 16
    layers: list[nn.Module] = [Unit(3, 16, 3, 2, act=nn.Hardswish(), eps=eps)]
    for row in table.split("/"):
        kernel, wide, out, gate, kind, stride = row.split()
        k, e, c, s = int(kernel), int(wide), int(out), int(stride)
        act = nn.Hardswish() if kind == "HS" else nn.ReLU()
        block: list[nn.Module] = [Unit(channels, e, act=act, eps=eps)] if e != channels else []
        block.append(Unit(e, e, k, s, e, act, eps))
        if gate == "SE":
            block.append(Gate(e, eights(e // 4), nn.ReLU(), nn.Hardsigmoid()))
        block.append(Unit(e, c, eps=eps))
        layers.append(Inverted("block", block, s == 1 and c == channels))
        channels = c
    layers.append(Unit(channels, 6 * channels, act=nn.Hardswish(), eps=eps))
    head = [nn.Linear(6 * channels, hidden), nn.Hardswish(), nn.Dropout(), nn.Linear(hidden, 1000)]
    return Classifier(nn.Sequential(*layers), nn.Sequential(*head))


def efficientnet(width: float, depth: float, eps: float = 1e-5) -> Classifier:
    """Table 1 of arXiv:1905.11946, scaled."""
    channels = eights(32 * width)
    layers: list[nn.Module] = [Unit(3, channels, 3, 2, act=nn.SiLU(), eps=eps)]
    kernels, outs = (3, 3, 5, 3, 5, 5, 3), (16, 24, 40, 80, 112, 192, 320)
    for kernel, out, count, first in zip(kernels, outs, (1, 2, 2, 3, 3, 4, 1), (1, 2, 2, 2, 1, 2, 1), strict=True):
        blocks, out, expand = [], eights(out * width), 6 if len(layers) > 1 else 1
        for index in range(math.ceil(count * depth)):
            stride, hidden = 1 if index else first, expand * channels
            block: list[nn.Module] = [Unit(channels, hidden, act=nn.SiLU(), eps=eps)] if expand > 1 else []
            block.append(Unit(hidden, hidden, kernel, stride, hidden, nn.SiLU(), eps))
            block += [Gate(hidden, channels // 4, nn.SiLU(), nn.Sigmoid()), Unit(hidden, out, eps=eps)]
            blocks.append(Inverted("block", block, stride == 1 and channels == out))
            channels = out
        layers.append(nn.Sequential(*blocks))
    layers.append(Unit(channels, 4 * channels, act=nn.SiLU(), eps=eps))
    return Classifier(nn.Sequential(*layers), nn.Sequential(nn.Dropout(), nn.Linear(4 * channels, 1000)))


class DenseLayer(nn.Module):
    def __init__(self, channels: int, growth: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(channels), nn.Conv2d(channels, 4 * growth, 1, bias=False)
        self.norm2, self.conv2 = nn.BatchNorm2d(4 * growth), nn.Conv2d(4 * growth, growth, 3, 1, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv2(torch.relu(self.norm2(self.conv1(torch.relu(self.norm1(x))))))
        return torch.cat([x, y], 1)


class DenseNet(nn.Module):
    """DenseNet of arXiv:1608.06993, table 1."""

    def __init__(self, layers: tuple[int, ...], growth: int = 32) -> None:
        super().__init__()
        channels = 2 * growth
        self.features = nn.Sequential()
        self.features.add_module("conv0", nn.Conv2d(3, channels, 7, 2, 3, bias=False))
        self.features.add_module("norm0", nn.BatchNorm2d(channels))
        self.features.add_module("act0", nn.ReLU())
        self.features.add_module("pool0", nn.MaxPool2d(3, 2, 1))
        for stage, count in enumerate(layers, 1):
            block = nn.Sequential()
            for index in range(count):
                block.add_module(f"denselayer{index + 1}", DenseLayer(channels + index * growth, growth))
            self.features.add_module(f"denseblock{stage}", block)
            channels += count * growth
            if stage < len(layers):
                transition = nn.Sequential()
                transition.add_module("norm", nn.BatchNorm2d(channels))
                transition.add_module("act", nn.ReLU())
                transition.add_module("conv", nn.Conv2d(channels, channels // 2, 1, bias=False))
                transition.add_module("pool", nn.AvgPool2d(2))
                self.features.add_module(f"transition{stage}", transition)
                channels //= 2
        self.features.add_module("norm5", nn.BatchNorm2d(channels))
        self.classifier = nn.Linear(channels, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(F.relu(self.features(x)).mean((2, 3)))
