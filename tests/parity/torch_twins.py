"""Straightforward PyTorch nets, written from their papers with the names of the published implementations."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Bottleneck(nn.Module):
    """`cardinality` paths of a width in the 3x3, which for a width of 64 outside are `paths` wide."""

    def __init__(self, channels: int, width: int, stride: int, cardinality: int = 1, paths: int = 64) -> None:
        super().__init__()
        inside = cardinality * (paths * width // 64)
        self.conv1 = nn.Conv2d(channels, inside, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inside)
        self.conv2 = nn.Conv2d(inside, inside, 3, stride, 1, groups=cardinality, bias=False)
        self.bn2 = nn.BatchNorm2d(inside)
        self.conv3 = nn.Conv2d(inside, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        if stride != 1 or channels != 4 * width:
            projection = nn.Conv2d(channels, 4 * width, 1, stride, bias=False)
            self.downsample = nn.Sequential(projection, nn.BatchNorm2d(4 * width))
        else:
            self.downsample = nn.Sequential()

    def forward(self, x: Tensor) -> Tensor:
        y = torch.relu(self.bn1(self.conv1(x)))
        y = torch.relu(self.bn2(self.conv2(y)))
        return torch.relu(self.bn3(self.conv3(y)) + self.downsample(x))


class ResNet50(nn.Module):
    """ResNet-50 v1.5 from its paper, with torchvision's names; ResNeXt-50 or Wide ResNet-50 with other paths."""

    def __init__(self, cardinality: int = 1, paths: int = 64) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        channels = 64
        for stage, (width, count) in enumerate(zip((64, 128, 256, 512), (3, 4, 6, 3), strict=True)):
            blocks = []
            for index in range(count):
                stride = 2 if stage and not index else 1
                blocks.append(Bottleneck(channels, width, stride, cardinality, paths))
                channels = 4 * width
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
        return self.fc(x.mean((2, 3)))


class LanguageModel(nn.Module):
    """Two LSTM layers between an embedding and a linear decoder, as PyTorch's word_language_model names them."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.Embedding(10000, 650)
        self.rnn = nn.LSTM(650, 650, 2, batch_first=True)
        self.decoder = nn.Linear(650, 10000)

    def forward(self, tokens: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        y, (h, c) = self.rnn(self.encoder(tokens), (h, c))
        return self.decoder(y), h, c
