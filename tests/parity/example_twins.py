"""PyTorch nets for the specs of `examples/specs`, written from the papers."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Unit(nn.Module):
    def __init__(self, channels: int, out: int, kernel: int | tuple[int, int], stride: int = 1, padding: object = 0):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(out, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.bn(self.conv(x)))


def pooled(x: Tensor) -> Tensor:
    return F.avg_pool2d(x, 3, 1, 1)


class ModuleA(nn.Module):
    def __init__(self, channels: int, pool: int) -> None:
        super().__init__()
        self.branch1x1 = Unit(channels, 64, 1)
        self.branch5x5_1 = Unit(channels, 48, 1)
        self.branch5x5_2 = Unit(48, 64, 5, padding=2)
        self.branch3x3dbl_1 = Unit(channels, 64, 1)
        self.branch3x3dbl_2 = Unit(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Unit(96, 96, 3, padding=1)
        self.branch_pool = Unit(channels, pool, 1)

    def forward(self, x: Tensor) -> Tensor:
        five = self.branch5x5_2(self.branch5x5_1(x))
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch1x1(x), five, double, self.branch_pool(pooled(x))], 1)


class ModuleB(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch3x3 = Unit(channels, 384, 3, 2)
        self.branch3x3dbl_1 = Unit(channels, 64, 1)
        self.branch3x3dbl_2 = Unit(64, 96, 3, padding=1)
        self.branch3x3dbl_3 = Unit(96, 96, 3, 2)

    def forward(self, x: Tensor) -> Tensor:
        double = self.branch3x3dbl_3(self.branch3x3dbl_2(self.branch3x3dbl_1(x)))
        return torch.cat([self.branch3x3(x), double, F.max_pool2d(x, 3, 2)], 1)


class ModuleC(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        row, column = ((1, 7), 1, (0, 3)), ((7, 1), 1, (3, 0))
        self.branch1x1 = Unit(768, 192, 1)
        self.branch7x7_1 = Unit(768, width, 1)
        self.branch7x7_2 = Unit(width, width, *row)
        self.branch7x7_3 = Unit(width, 192, *column)
        self.branch7x7dbl_1 = Unit(768, width, 1)
        self.branch7x7dbl_2 = Unit(width, width, *column)
        self.branch7x7dbl_3 = Unit(width, width, *row)
        self.branch7x7dbl_4 = Unit(width, width, *column)
        self.branch7x7dbl_5 = Unit(width, 192, *row)
        self.branch_pool = Unit(768, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7_3(self.branch7x7_2(self.branch7x7_1(x)))
        double = self.branch7x7dbl_3(self.branch7x7dbl_2(self.branch7x7dbl_1(x)))
        double = self.branch7x7dbl_5(self.branch7x7dbl_4(double))
        return torch.cat([self.branch1x1(x), seven, double, self.branch_pool(pooled(x))], 1)


class ModuleD(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.branch3x3_1 = Unit(768, 192, 1)
        self.branch3x3_2 = Unit(192, 320, 3, 2)
        self.branch7x7x3_1 = Unit(768, 192, 1)
        self.branch7x7x3_2 = Unit(192, 192, (1, 7), 1, (0, 3))
        self.branch7x7x3_3 = Unit(192, 192, (7, 1), 1, (3, 0))
        self.branch7x7x3_4 = Unit(192, 192, 3, 2)

    def forward(self, x: Tensor) -> Tensor:
        seven = self.branch7x7x3_4(self.branch7x7x3_3(self.branch7x7x3_2(self.branch7x7x3_1(x))))
        return torch.cat([self.branch3x3_2(self.branch3x3_1(x)), seven, F.max_pool2d(x, 3, 2)], 1)


class ModuleE(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch1x1 = Unit(channels, 320, 1)
        self.branch3x3_1 = Unit(channels, 384, 1)
        self.branch3x3_2a = Unit(384, 384, (1, 3), 1, (0, 1))
        self.branch3x3_2b = Unit(384, 384, (3, 1), 1, (1, 0))
        self.branch3x3dbl_1 = Unit(channels, 448, 1)
        self.branch3x3dbl_2 = Unit(448, 384, 3, padding=1)
        self.branch3x3dbl_3a = Unit(384, 384, (1, 3), 1, (0, 1))
        self.branch3x3dbl_3b = Unit(384, 384, (3, 1), 1, (1, 0))
        self.branch_pool = Unit(channels, 192, 1)

    def forward(self, x: Tensor) -> Tensor:
        three = self.branch3x3_1(x)
        double = self.branch3x3dbl_2(self.branch3x3dbl_1(x))
        parts = [self.branch1x1(x), self.branch3x3_2a(three), self.branch3x3_2b(three)]
        parts += [self.branch3x3dbl_3a(double), self.branch3x3dbl_3b(double), self.branch_pool(pooled(x))]
        return torch.cat(parts, 1)


class InceptionV3(nn.Module):
    """Inception v3 without its auxiliary classifier, with torchvision's names."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.Conv2d_1a_3x3 = Unit(3, 32, 3, 2)
        self.Conv2d_2a_3x3 = Unit(32, 32, 3)
        self.Conv2d_2b_3x3 = Unit(32, 64, 3, padding=1)
        self.Conv2d_3b_1x1 = Unit(64, 80, 1)
        self.Conv2d_4a_3x3 = Unit(80, 192, 3)
        self.Mixed_5b, self.Mixed_5c, self.Mixed_5d = ModuleA(192, 32), ModuleA(256, 64), ModuleA(288, 64)
        self.Mixed_6a = ModuleB(288)
        self.Mixed_6b, self.Mixed_6c, self.Mixed_6d, self.Mixed_6e = (ModuleC(width) for width in (128, 160, 160, 192))
        self.Mixed_7a = ModuleD()
        self.Mixed_7b, self.Mixed_7c = ModuleE(1280), ModuleE(2048)
        self.fc = nn.Linear(2048, classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.Conv2d_2b_3x3(self.Conv2d_2a_3x3(self.Conv2d_1a_3x3(x)))
        x = self.Conv2d_4a_3x3(self.Conv2d_3b_1x1(F.max_pool2d(x, 3, 2)))
        x = self.Mixed_5d(self.Mixed_5c(self.Mixed_5b(F.max_pool2d(x, 3, 2))))
        x = self.Mixed_6e(self.Mixed_6d(self.Mixed_6c(self.Mixed_6b(self.Mixed_6a(x)))))
        x = self.Mixed_7c(self.Mixed_7b(self.Mixed_7a(x)))
        return self.fc(x.mean((2, 3)))


class DoubleConv(nn.Module):
    def __init__(self, channels: int, out: int, padding: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out, 3, padding=padding)
        self.conv2 = nn.Conv2d(out, out, 3, padding=padding)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.conv2(torch.relu(self.conv1(x))))


class Up(DoubleConv):
    def __init__(self, channels: int, out: int, padding: int) -> None:
        super().__init__(channels, out, padding)
        self.up = nn.ConvTranspose2d(channels, out, 2, 2)

    def forward(self, x: Tensor, skip: Tensor) -> Tensor:  # type: ignore[override]
        x = self.up(x)
        top, left = (skip.shape[2] - x.shape[2]) // 2, (skip.shape[3] - x.shape[3]) // 2
        skip = skip[:, :, top : top + x.shape[2], left : left + x.shape[3]]
        return super().forward(torch.cat([skip, x], 1))


class UNet(nn.Module):
    """U-Net, padded or as in its paper."""

    def __init__(self, width: int, depth: int, classes: int, padded: bool) -> None:
        super().__init__()
        widths, padding = [width * 2**level for level in range(depth + 1)], int(padded)
        channels = [1, *widths[:-1]]
        self.down = nn.ModuleList(DoubleConv(a, b, padding) for a, b in zip(channels, widths, strict=True))
        self.up = nn.ModuleList(Up(2 * size, size, padding) for size in widths[:-1])
        self.head = nn.Conv2d(width, classes, 1)

    def forward(self, x: Tensor) -> Tensor:
        skips = []
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if level else x)
            skips.append(x)
        for level in reversed(range(len(self.up))):
            x = self.up[level](x, skips[level])
        return self.head(x)


class Translator(nn.Module):
    """Translation with additive attention: one step of the decoder after the other, over a given target."""

    def __init__(self, source_vocab: int, target_vocab: int, embed: int, hidden: int, align: int) -> None:
        super().__init__()
        self.encoder = nn.ModuleDict(
            {
                "embedding": nn.Embedding(source_vocab, embed),
                "rnn": nn.GRU(embed, hidden, batch_first=True, bidirectional=True),
            }
        )
        attention = {
            "key": nn.Linear(2 * hidden, align),
            "query": nn.Linear(hidden, align, bias=False),
            "energy": nn.Linear(align, 1, bias=False),
        }
        self.decoder = nn.ModuleDict(
            {
                "attention": nn.ModuleDict(attention),
                "embedding": nn.Embedding(target_vocab, embed),
                "first": nn.Linear(hidden, hidden),
                "cell": nn.GRUCell(embed + 2 * hidden, hidden),
                "readout": nn.Linear(embed + 3 * hidden, embed),
                "out": nn.Linear(embed, target_vocab),
            }
        )

    def forward(self, source: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        annotations, last = self.encoder["rnn"](self.encoder["embedding"](source))
        attention = self.decoder["attention"]
        keys = attention["key"](annotations)
        state = torch.tanh(self.decoder["first"](last[1]))
        logits, alignment = [], []
        for word in self.decoder["embedding"](target).unbind(1):
            fit = torch.tanh(keys + attention["query"](state).unsqueeze(1))
            weights = torch.softmax(attention["energy"](fit).squeeze(2), 1)
            context = torch.bmm(weights.unsqueeze(1), annotations).squeeze(1)
            state = self.decoder["cell"](torch.cat([word, context], 1), state)
            readout = torch.tanh(self.decoder["readout"](torch.cat([word, context, state], 1)))
            logits.append(self.decoder["out"](readout))
            alignment.append(weights)
        return torch.stack(logits, 1), torch.stack(alignment, 1)
