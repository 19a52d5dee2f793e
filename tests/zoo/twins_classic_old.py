"""PyTorch nets for images and digits up to 2014, written from the papers, named as in Caffe where it has them."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class AlexNet2012(nn.Module):
    """Caffe's bvlc_alexnet."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 96, 11, 4), nn.Conv2d(96, 256, 5, padding=2, groups=2)
        self.conv3, self.conv4 = nn.Conv2d(256, 384, 3, padding=1), nn.Conv2d(384, 384, 3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1, groups=2)
        self.fc6, self.fc7, self.fc8 = nn.Linear(9216, 4096), nn.Linear(4096, 4096), nn.Linear(4096, 1000)

    def forward(self, x: Tensor) -> Tensor:
        for conv in (self.conv1, self.conv2):
            x = F.max_pool2d(F.local_response_norm(conv(x).relu(), 5, 0.0001, 0.75, 1.0), 3, 2)
        x = self.conv5(self.conv4(self.conv3(x).relu()).relu()).relu()
        x = F.max_pool2d(x, 3, 2).flatten(1)
        return self.fc8(self.fc7(self.fc6(x).relu()).relu()).softmax(1)


class NiN(nn.ModuleDict):
    """Caffe's nin_imagenet or nin-cifar10, with the names of its layers."""

    def __init__(self, cifar: bool) -> None:
        super().__init__()
        self.cifar = cifar
        if cifar:
            stages = [(5, 1, 2, "conv1 192 cccp1 160 cccp2 96"), (5, 1, 2, "conv2 192 cccp3 192 cccp4 192")]
            stages.append((3, 1, 1, "conv3 192 cccp5 192 cccp6 10"))
        else:
            stages = [(11, 4, 0, "conv1 96 cccp1 96 cccp2 96"), (5, 1, 2, "conv2 256 cccp3 256 cccp4 256")]
            stages.append((3, 1, 1, "conv3 384 cccp5 384 cccp6 384"))
            stages.append((3, 1, 1, "conv4-1024 1024 cccp7-1024 1024 cccp8-1024 1000"))
        self.stages: list[list[str]] = []
        channels = 3
        for kernel, stride, padding, text in stages:
            words = text.split()
            self.stages.append(words[::2])
            for place, (name, size) in enumerate(zip(words[::2], map(int, words[1::2]), strict=True)):
                shape = (1, 1, 0) if place else (kernel, stride, padding)
                self[name] = nn.Conv2d(channels, size, *shape)
                channels = size

    def forward(self, x: Tensor) -> Tensor:
        for number, names in enumerate(self.stages):
            for name in names:
                x = self[name](x).relu()
            if number + 1 == len(self.stages):
                return F.avg_pool2d(x, 8 if self.cifar else 6, 1)
            average = self.cifar and number == 1
            x = (F.avg_pool2d if average else F.max_pool2d)(x, 3, 2, ceil_mode=True)
        raise AssertionError


class MLP(nn.ModuleDict):
    """Dense layers `layer1`, `layer2`, ... with an activation in between."""

    def __init__(self, sizes: list[int], scaled: bool) -> None:
        super().__init__({f"layer{number}": nn.Linear(a, b) for number, (a, b) in enumerate(pairwise(sizes), 1)})
        self.scaled = scaled

    def forward(self, x: Tensor) -> Tensor:
        for name, layer in self.items():
            x = layer(x)
            if name != f"layer{len(self)}":
                x = scaled_tanh(x) if self.scaled else x.relu()
        return x.softmax(1) if self.scaled else x


def scaled_tanh(x: Tensor, slope: float = 0.6666) -> Tensor:
    return 1.7159 * torch.tanh(slope * x)


TABLE_I = """
X . . . X X X . . X X X X . X X
X X . . . X X X . . X X X X . X
X X X . . . X X X . . X . X X X
. X X X . . X X X X . . X . X X
. . X X X . . X X X X . X X . X
. . . X X X . . X X X X . X X X
"""
"""Which maps of S2 (rows) each map of C3 (columns) sees."""


class LeNet5(nn.Module):
    """LeNet-5 as in section II.B of the paper of 1998."""

    def __init__(self) -> None:
        super().__init__()
        self.C1, self.C5, self.F6 = nn.Conv2d(1, 6, 5), nn.Conv2d(16, 120, 5), nn.Linear(120, 84)
        for name, maps in (("S2", 6), ("S4", 16)):
            gain = {"weight": nn.Parameter(torch.rand(maps, 1, 1)), "bias": nn.Parameter(torch.randn(maps, 1, 1))}
            self.add_module(name, nn.ParameterDict(gain))
        three, four = nn.Conv2d(18, 6, 5, groups=6), nn.Conv2d(36, 9, 5, groups=9)
        self.C3 = nn.ModuleDict({"three": three, "four": four, "six": nn.Conv2d(6, 1, 5)})
        self.output = nn.Module()
        self.output.register_buffer("codes", torch.randint(0, 2, (10, 84)).float() * 2 - 1)

    def _subsample(self, name: str, x: Tensor) -> Tensor:
        gain = self.get_submodule(name)
        total = x[..., ::2, ::2] + x[..., 1::2, ::2] + x[..., ::2, 1::2] + x[..., 1::2, 1::2]
        return scaled_tanh(total * gain["weight"] + gain["bias"], 2 / 3)

    def _third(self, x: Tensor) -> Tensor:
        weights = [kernel for conv in self.C3.values() for kernel in conv.weight]
        biases = [bias for conv in self.C3.values() for bias in conv.bias]
        rows = [line.split() for line in TABLE_I.split("\n")[1:-1]]
        seen = [[row for row in range(6) if rows[row][column] == "X"] for column in range(16)]
        maps = [F.conv2d(x[:, pick], w[None], b[None]) for pick, w, b in zip(seen, weights, biases, strict=True)]
        return torch.cat(maps, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self._subsample("S2", scaled_tanh(self.C1(x), 2 / 3))
        x = self._subsample("S4", scaled_tanh(self._third(x), 2 / 3))
        x = scaled_tanh(self.F6(scaled_tanh(self.C5(x), 2 / 3).flatten(1)), 2 / 3)
        return torch.stack([((x - code) ** 2).sum(1) for code in self.output.codes], 1)


class CiresanColumn(nn.Module):
    """1x29x29-20C4-MP2-40C5-MP3-150N-10N."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 20, 4), nn.Conv2d(20, 40, 5)
        self.fc1, self.fc2 = nn.Linear(360, 150), nn.Linear(150, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(scaled_tanh(self.conv1(x)), 2)
        x = F.max_pool2d(scaled_tanh(self.conv2(x)), 3).flatten(1)
        return self.fc2(scaled_tanh(self.fc1(x))).softmax(1)


class DeepID(nn.Module):
    """DeepID of figure 2 of the paper."""

    def __init__(self, height: int, width: int, people: int) -> None:
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 20, 4), nn.Conv2d(20, 40, 3)
        self.conv3, self.conv4 = nn.Conv2d(40, 60, 3), nn.Conv2d(60, 80, 2)
        maps = [(((size - 3) // 2 - 2) // 2 - 2) // 2 for size in (height, width)]
        inputs = 60 * math.prod(maps) + 80 * math.prod(size - 1 for size in maps)
        self.deepid, self.softmax = nn.Linear(inputs, 160), nn.Linear(160, people)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        for conv in (self.conv1, self.conv2, self.conv3):
            x = F.max_pool2d(conv(x).relu(), 2)
        both = torch.cat([x.flatten(1), self.conv4(x).relu().flatten(1)], 1)
        features = self.deepid(both).relu()
        return self.softmax(features), features


class OverFeat(nn.ModuleDict):
    """Table 1 (fast) or table 3 (accurate) of the paper, as convolutions."""

    POOLED = ({1: 2, 2: 2, 5: 2}, {1: 3, 2: 2, 6: 3})

    def __init__(self, accurate: bool) -> None:
        super().__init__()
        fast = [(96, 11, 4, 0), (256, 5, 1, 0), (512, 3, 1, 1), (1024, 3, 1, 1), (1024, 3, 1, 1), (3072, 6, 1, 0)]
        better = [(96, 7, 2, 0), (256, 7, 1, 0), (512, 3, 1, 1), (512, 3, 1, 1), (1024, 3, 1, 1), (1024, 3, 1, 1)]
        sizes = [*better, (4096, 5, 1, 0)] if accurate else fast
        channels = 3
        for number, (out, *shape) in enumerate([*sizes, (4096, 1, 1, 0), (1000, 1, 1, 0)], 1):
            self[f"layer{number}"] = nn.Conv2d(channels, out, *shape)
            channels = out
        self.pooled = self.POOLED[accurate]

    def forward(self, x: Tensor) -> Tensor:
        for number, layer in enumerate(self.values(), 1):
            x = layer(x)
            if number < len(self):
                x = x.relu()
            if number in self.pooled:
                x = F.max_pool2d(x, self.pooled[number])
        return x


class Autoencoder(nn.Module):
    """Caffe's mnist_autoencoder: what is given back, before its sigmoid, and the code."""

    def __init__(self) -> None:
        super().__init__()
        for number, (a, b) in enumerate(pairwise([784, 1000, 500, 250, 30]), 1):
            self.add_module(f"encode{number}", nn.Linear(a, b))
            self.add_module(f"decode{number}", nn.Linear(b, a))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        for name in ("encode1", "encode2", "encode3"):
            x = self.get_submodule(name)(x).sigmoid()
        code = x = self.get_submodule("encode4")(x)
        for name in ("decode4", "decode3", "decode2"):
            x = self.get_submodule(name)(x).sigmoid()
        return self.get_submodule("decode1")(x), code


class VAE(nn.Module):
    """The variational autoencoder of PyTorch's examples, with its noise as an input."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc21, self.fc22 = nn.Linear(784, 400), nn.Linear(400, 20), nn.Linear(400, 20)
        self.fc3, self.fc4 = nn.Linear(20, 400), nn.Linear(400, 784)

    def forward(self, x: Tensor, noise: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        hidden = self.fc1(x).relu()
        mean, variance = self.fc21(hidden), self.fc22(hidden).exp()
        return self.fc4(self.fc3(mean + noise * variance.sqrt()).relu()).sigmoid(), mean, variance.log()


class RBM(nn.Module):
    """A restricted Boltzmann machine; hidden units are on where `chance` is below their probability."""

    def __init__(self) -> None:
        super().__init__()
        self.W = nn.Parameter(torch.randn(500, 784) * 0.05)
        self.v_bias, self.h_bias = nn.Parameter(torch.randn(784)), nn.Parameter(torch.randn(500))

    def forward(self, v: Tensor, chance: Tensor) -> tuple[Tensor, Tensor]:
        up = F.linear(v, self.W, self.h_bias).sigmoid()
        return F.linear((chance < up).float(), self.W.t(), self.v_bias).sigmoid(), up
