"""PyTorch nets for images of 2012 to 2017, written from the papers and named as those published."""

from __future__ import annotations

import torch
from torch import Tensor, nn

VGG_WIDTHS = {11: "1 M 2 M 4 4 M 8 8 M 8 8 M", 13: "1 1 M 2 2 M 4 4 M 8 8 M 8 8 M"}


class Classifier(nn.Module):
    """torchvision's `features`, then its `classifier`, over features laid flat where it is dense."""

    def __init__(self, features: list[nn.Module], classifier: list[nn.Module], flat: bool = True) -> None:
        super().__init__()
        self.features, self.classifier = nn.Sequential(*features), nn.Sequential(*classifier)
        self.flat = flat

    def forward(self, x: Tensor) -> Tensor:
        x = self.features(x)
        return self.classifier(x.flatten(1)) if self.flat else self.classifier(x).flatten(1)


def vgg(depth: int, batch_norm: bool) -> Classifier:
    """torchvision's `vgg{depth}`, with `batch_norm` its `vgg{depth}_bn`."""
    layers: list[nn.Module] = []
    channels = 3
    for word in VGG_WIDTHS[depth].split():
        if word == "M":
            layers.append(nn.MaxPool2d(2, 2))
            continue
        layers.append(nn.Conv2d(channels, 64 * int(word), 3, padding=1))
        channels = 64 * int(word)
        layers += [nn.BatchNorm2d(channels), nn.ReLU()] if batch_norm else [nn.ReLU()]
    dense = [nn.Linear(512 * 7 * 7, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout()]
    return Classifier(layers, [*dense, nn.Linear(4096, 1000)])


def alexnet() -> Classifier:
    """torchvision's `alexnet`."""
    features = [
        *(nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)),
        *(nn.Conv2d(192, 384, 3, padding=1), nn.ReLU()),
        *(nn.Conv2d(384, 256, 3, padding=1), nn.ReLU()),
        *(nn.Conv2d(256, 256, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2)),
    ]
    dense = [nn.Dropout(), nn.Linear(9216, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 4096), nn.ReLU()]
    return Classifier(features, [*dense, nn.Linear(4096, 1000)])


class Fire(nn.Module):
    """A Fire module of arXiv:1602.07360."""

    def __init__(self, channels: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.squeeze(x).relu()
        return torch.cat([self.expand1x1(x), self.expand3x3(x)], 1).relu()


def squeezenet(minor: int) -> Classifier:
    """torchvision's `squeezenet1_{minor}`."""
    stem = nn.Conv2d(3, 64, 3, 2) if minor else nn.Conv2d(3, 96, 7, 2)
    layers: list[nn.Module] = [stem, nn.ReLU()]
    channels = stem.out_channels
    pooled_before = (2, 4, 6) if minor else (2, 5, 9)
    squeezed = {2: 16, 3: 16, 4: 32, 5: 32, 6: 48, 7: 48, 8: 64, 9: 64}
    for number, size in squeezed.items():
        if number in pooled_before:
            layers.append(nn.MaxPool2d(3, 2, ceil_mode=True))
        layers.append(Fire(channels, size, 4 * size))
        channels = 8 * size
    head = [nn.Dropout(), nn.Conv2d(512, 1000, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1)]
    return Classifier(layers, head, flat=False)
