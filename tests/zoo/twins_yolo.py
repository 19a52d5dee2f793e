"""YOLOv8 in PyTorch, from its published table of layers, with the names of Ultralytics."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

STRIDES = (8, 16, 32)


class Conv(nn.Module):
    def __init__(self, channels: int, out: int, kernel: int = 1, stride: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(out, 1e-3)

    def forward(self, x: Tensor) -> Tensor:
        return F.silu(self.bn(self.conv(x)))


class Pair(nn.Module):
    def __init__(self, channels: int, adds: bool) -> None:
        super().__init__()
        self.cv1, self.cv2, self.adds = Conv(channels, channels, 3), Conv(channels, channels, 3), adds

    def forward(self, x: Tensor) -> Tensor:
        y = self.cv2(self.cv1(x))
        return x + y if self.adds else y


class C2f(nn.Module):
    def __init__(self, channels: int, out: int, count: int, adds: bool) -> None:
        super().__init__()
        self.cv1, self.cv2 = Conv(channels, out), Conv((2 + count) * out // 2, out)
        self.m = nn.ModuleList(Pair(out // 2, adds) for _ in range(count))

    def forward(self, x: Tensor) -> Tensor:
        y = self.cv1(x)
        parts = [y, y[:, y.shape[1] // 2 :]]
        for pair in self.m:
            parts.append(pair(parts[-1]))
        return self.cv2(torch.cat([y, *parts[2:]], 1))


class Pools(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.cv1, self.cv2 = Conv(channels, channels // 2), Conv(2 * channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        made = [self.cv1(x)]
        for _ in range(3):
            made.append(F.max_pool2d(made[-1], 5, 1, 2))
        return self.cv2(torch.cat(made, 1))


class Detect(nn.Module):
    """Boxes and scores of three maps, raw and decoded."""

    def __init__(self, widths: tuple[int, ...], classes: int) -> None:
        super().__init__()
        box, score = max(16, widths[0] // 4, 64), max(widths[0], min(classes, 100))
        self.cv2, self.cv3 = (
            nn.ModuleList(nn.Sequential(Conv(x, c, 3), Conv(c, c, 3), nn.Conv2d(c, out, 1)) for x in widths)
            for c, out in ((box, 64), (score, classes))
        )
        self.dfl = nn.ModuleDict({"conv": nn.Conv2d(16, 1, 1, bias=False)})
        self.dfl["conv"].weight.data[:] = torch.arange(16.0)[:, None, None]

    def forward(self, maps: list[Tensor]) -> tuple[Tensor, Tensor, Tensor]:
        boxes = torch.cat([head(x).flatten(2) for head, x in zip(self.cv2, maps, strict=True)], 2)
        scores = torch.cat([head(x).flatten(2) for head, x in zip(self.cv3, maps, strict=True)], 2)
        chances = boxes.unflatten(1, (4, 16)).softmax(2)
        left, top, right, bottom = (chances * torch.arange(16.0)[:, None]).sum(2).unbind(1)
        sizes = [x.shape[2:] for x in maps]
        y, x = (
            torch.cat([torch.cartesian_prod(*map(torch.arange, size))[:, i] + 0.5 for size in sizes]) for i in (0, 1)
        )
        steps = torch.cat([torch.full((h * w,), float(stride)) for (h, w), stride in zip(sizes, STRIDES, strict=True)])
        x0, y0, x1, y1 = x - left, y - top, x + right, y + bottom
        corners = torch.stack([(x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0], 1) * steps
        return torch.cat([corners, scores.sigmoid()], 1), boxes, scores


class YOLOv8(nn.Module):
    """The 23 layers of YOLOv8, of which those without weights are empty."""

    def __init__(self, depth: float, width: float, most: int, classes: int = 80) -> None:
        super().__init__()
        a, b, c, d, e = (math.ceil(min(size, most) * width / 8) * 8 for size in (64, 128, 256, 512, 1024))
        few, many = max(1, round(3 * depth)), max(1, round(6 * depth))
        layers = [Conv(3, a, 3, 2), Conv(a, b, 3, 2), C2f(b, b, few, True), Conv(b, c, 3, 2), C2f(c, c, many, True)]
        layers += [Conv(c, d, 3, 2), C2f(d, d, many, True), Conv(d, e, 3, 2), C2f(e, e, few, True), Pools(e)]
        empty = nn.Identity()
        layers += [empty, empty, C2f(e + d, d, few, False), empty, empty, C2f(d + c, c, few, False)]
        layers += [
            Conv(c, c, 3, 2),
            empty,
            C2f(c + d, d, few, False),
            Conv(d, d, 3, 2),
            empty,
            C2f(d + e, e, few, False),
        ]
        self.model = nn.ModuleList([*layers, Detect((c, d, e), classes)])

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        kept = {}
        for index in range(10):
            x = kept[index] = self.model[index](x)
        middle = self.model[12](torch.cat([F.interpolate(x, scale_factor=2), kept[6]], 1))
        fine = self.model[15](torch.cat([F.interpolate(middle, scale_factor=2), kept[4]], 1))
        middle = self.model[18](torch.cat([self.model[16](fine), middle], 1))
        coarse = self.model[21](torch.cat([self.model[19](middle), x], 1))
        return self.model[22]([fine, middle, coarse])
