"""PyTorch nets from image to image, of fractals and of detection, written from the papers, named as those published."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Convs(nn.Module):
    """Two 3x3 convolutions: `conv1` and `conv2`, or with batch norms `double_conv` as in Pytorch-UNet."""

    def __init__(self, channels: int, out: int, padded: bool) -> None:
        super().__init__()
        if padded:
            first, second = (nn.Conv2d(size, out, 3, padding=1, bias=False) for size in (channels, out))
            norms = nn.BatchNorm2d(out), nn.BatchNorm2d(out)
            self.double_conv = nn.Sequential(first, norms[0], nn.ReLU(), second, norms[1], nn.ReLU())
        else:
            self.conv1, self.conv2 = nn.Conv2d(channels, out, 3), nn.Conv2d(out, out, 3)

    def forward(self, x: Tensor) -> Tensor:
        if hasattr(self, "double_conv"):
            return self.double_conv(x)
        return F.relu(self.conv2(F.relu(self.conv1(x))))


class PlainUp(Convs):
    """A level up of the paper: the middle of what was there on the way down."""

    def __init__(self, out: int) -> None:
        super().__init__(2 * out, out, False)
        self.up = nn.ConvTranspose2d(2 * out, out, 2, 2)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:  # type: ignore[override]
        x = self.up(x)
        top, left = (skip.shape[2] - x.shape[2]) // 2, (skip.shape[3] - x.shape[3]) // 2
        middle = skip[:, :, top : top + x.shape[2], left : left + x.shape[3]]
        return super().forward(torch.cat([middle, x], 1))


class PaddedUp(nn.Module):
    """A level up of Pytorch-UNet."""

    def __init__(self, out: int) -> None:
        super().__init__()
        self.up, self.conv = nn.ConvTranspose2d(2 * out, out, 2, 2), Convs(2 * out, out, True)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:
        return self.conv(torch.cat([skip, self.up(x)], 1))


class UNet(nn.Module):
    """U-Net as in figure 1 of arXiv:1505.04597, or padded with batch norms, as in Pytorch-UNet."""

    def __init__(self, channels: int, padded: bool, width: int = 64, classes: int = 2) -> None:
        super().__init__()
        self.inc = Convs(channels, width, padded)
        for level in range(1, 5):
            convs = Convs(width << level - 1, width << level, padded)
            down = nn.Module()
            if padded:
                down.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), convs)
            self.add_module(f"down{level}", down if padded else convs)
            out = width << 4 - level
            self.add_module(f"up{level}", PaddedUp(out) if padded else PlainUp(out))
        self.outc = nn.ModuleDict({"conv": nn.Conv2d(width, classes, 1)})
        self.padded = padded

    def forward(self, x: Tensor) -> Tensor:
        maps = [self.inc(x)]
        for level in range(1, 5):
            down = self.get_submodule(f"down{level}")
            maps.append(down.maxpool_conv(maps[-1]) if self.padded else down(F.max_pool2d(maps[-1], 2)))
        x = maps.pop()
        for level in range(1, 5):
            x = self.get_submodule(f"up{level}")(x, maps.pop())
        return self.outc["conv"](x)


class Generator(nn.Module):
    """DCGAN's generator, as in PyTorch's example."""

    def __init__(self) -> None:
        super().__init__()
        self.main = nn.Sequential()
        sizes = [100, 512, 256, 128, 64]
        for index, (channels, out) in enumerate(pairwise(sizes)):
            stride, padding = (2, 1) if index else (1, 0)
            self.main.append(nn.ConvTranspose2d(channels, out, 4, stride, padding, bias=False))
            self.main.extend([nn.BatchNorm2d(out), nn.ReLU()])
        self.main.extend([nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh()])

    def forward(self, x: Tensor) -> Tensor:
        return self.main(x)


class Discriminator(nn.Module):
    """DCGAN's discriminator, as in PyTorch's example."""

    def __init__(self) -> None:
        super().__init__()
        self.main = nn.Sequential(nn.Conv2d(3, 64, 4, 2, 1, bias=False), nn.LeakyReLU(0.2))
        for channels in (64, 128, 256):
            self.main.append(nn.Conv2d(channels, 2 * channels, 4, 2, 1, bias=False))
            self.main.extend([nn.BatchNorm2d(2 * channels), nn.LeakyReLU(0.2)])
        self.main.extend([nn.Conv2d(512, 1, 4, bias=False), nn.Sigmoid()])

    def forward(self, x: Tensor) -> Tensor:
        return self.main(x)[:, 0, 0, 0]


class Fractal(nn.Module):
    """The rule of arXiv:1605.07648: two fractals of one column less after each other, beside a convolution."""

    def __init__(self, channels: int, out: int, columns: int) -> None:
        super().__init__()
        self.columns = columns
        self.conv = nn.Sequential(nn.Conv2d(channels, out, 3, padding=1, bias=False), nn.BatchNorm2d(out), nn.ReLU())
        self.smaller = nn.ModuleList(Fractal(size, out, columns - 1) for size in (channels, out) if columns > 1)

    def paths(self, x: Tensor) -> list[Tensor]:
        """What is joined at the end of the fractal, the shortest column first."""
        if not self.smaller:
            return [self.conv(x)]
        middle = torch.stack(self.smaller[0].paths(x)).mean(0)
        return [self.conv(x), *self.smaller[1].paths(middle)]

    def named(self, first: int = 1) -> dict[str, nn.Module]:
        """The convolutions as pytorchcv names them, by the level at which they end and by their column."""
        levels = 2 ** (self.columns - 1)
        made: dict[str, nn.Module] = {f"block{first + levels - 1}.subblock{self.columns}": self.conv}
        for index, inner in enumerate(self.smaller):
            made |= inner.named(first + index * levels // 2)
        return made


class FractalNet(nn.Module):
    """FractalNet for images of 32 x 32, with pytorchcv's names in its state dict."""

    def __init__(self) -> None:
        super().__init__()
        widths = [3, 64, 128, 256, 512, 512]
        self.units = nn.ModuleList(Fractal(a, b, 3) for a, b in pairwise(widths))
        self.output = nn.Linear(512, 10)

    def state_dict(self, *args: object, **kwargs: object) -> dict[str, Tensor]:  # type: ignore[override]
        state = {f"output.{name}": value for name, value in self.output.state_dict().items()}
        for index, unit in enumerate(self.units, 1):
            for place, conv in unit.named().items():
                path = f"features.unit{index}.block.blocks.{place}"
                state |= {f"{path}.conv.weight": conv[0].weight}
                state |= {f"{path}.bn.{name}": value for name, value in conv[1].state_dict().items()}
        return state

    def forward(self, x: Tensor) -> Tensor:
        for unit in self.units:
            x = F.max_pool2d(torch.stack(unit.paths(x)).mean(0), 2)
        return self.output(x.flatten(1))


class Bottleneck(nn.Sequential):
    """ENet's bottleneck in the encoder, in the containers of the authors' definition."""

    def __init__(self, channels: int, out: int, kind: str = "plain", dilation: int = 1) -> None:
        inner, size = out // 4, 2 if kind == "down" else 1
        middle: list[nn.Module] = [nn.Conv2d(inner, inner, 3, padding=dilation, dilation=dilation)]
        if kind == "asymmetric":
            row = nn.Conv2d(inner, inner, (1, 5), padding=(0, 2), bias=False)
            middle = [row, nn.Conv2d(inner, inner, (5, 1), padding=(2, 0))]
        first = [nn.Conv2d(channels, inner, size, size, bias=False), nn.BatchNorm2d(inner, 1e-3), nn.PReLU(inner)]
        last = [nn.BatchNorm2d(inner, 1e-3), nn.PReLU(inner), nn.Conv2d(inner, out, 1, bias=False)]
        main = nn.Sequential(*first, *middle, *last, nn.BatchNorm2d(out, 1e-3), nn.Dropout2d())
        super().__init__(nn.ModuleList([main]), nn.Identity(), nn.PReLU(out))
        self.extra, self.is_down = out - channels, kind == "down"
        self.indices = torch.zeros(0)

    def forward(self, x: Tensor) -> Tensor:
        y = self[0][0](x)
        if self.is_down:
            x, self.indices = F.max_pool2d(x, 2, return_indices=True)
            x = torch.cat([x, x.new_zeros(len(x), self.extra, *x.shape[2:])], 1)
        return self[2](x + y)


class Decoder(nn.Sequential):
    """ENet's bottleneck in the decoder; with `pooled`, it undoes the pooling of that."""

    def __init__(self, channels: int, out: int, pooled: Bottleneck | None = None) -> None:
        inner = out // 4
        middle: nn.Module = nn.Conv2d(inner, inner, 3, padding=1)
        other: list[nn.Module] = []
        if pooled:
            middle = nn.ConvTranspose2d(inner, inner, 3, 2, 1, 1)
            other = [nn.Conv2d(channels, out, 1, bias=False), nn.BatchNorm2d(out, 1e-3)]
        first = [nn.Conv2d(channels, inner, 1, bias=False), nn.BatchNorm2d(inner, 1e-3), nn.ReLU(), middle]
        last = [nn.BatchNorm2d(inner, 1e-3), nn.ReLU(), nn.Conv2d(inner, out, 1, bias=False), nn.BatchNorm2d(out, 1e-3)]
        super().__init__(nn.ModuleList([nn.Sequential(*first, *last), nn.Sequential(nn.Identity(), *other)]))
        self.pooled = [pooled]

    def forward(self, x: Tensor) -> Tensor:
        y, skip = self[0][0](x), self[0][1](x)
        if self.pooled[0]:
            skip = F.max_unpool2d(skip, self.pooled[0].indices, 2)
        return torch.relu(y + skip)


class ENet(nn.Sequential):
    """ENet of arXiv:1606.02147, table 1, as one list of modules."""

    def __init__(self, classes: int = 19) -> None:
        start = nn.ModuleList([nn.Conv2d(3, 13, 3, 2, 1), nn.MaxPool2d(2)])
        first, second = Bottleneck(16, 64, "down"), Bottleneck(64, 128, "down")
        encoder = [first, *(Bottleneck(64, 64) for _ in range(4)), second]
        for _ in range(2):
            for dilation in (2, 4, 8, 16):
                encoder.append(Bottleneck(128, 128, "asymmetric" if dilation in (4, 16) else "plain"))
                encoder.append(Bottleneck(128, 128, "plain", dilation))
        decoder = [Decoder(128, 64, second), Decoder(64, 64), Decoder(64, 64), Decoder(64, 16, first), Decoder(16, 16)]
        head = [start, nn.Identity(), nn.BatchNorm2d(16, 1e-3), nn.PReLU(16)]
        super().__init__(*head, *encoder, *decoder, nn.ConvTranspose2d(16, classes, 2, 2))

    def forward(self, x: Tensor) -> Tensor:
        x = torch.cat([part(x) for part in self[0]], 1)
        for module in list(self)[2:]:
            x = module(x)
        return x
