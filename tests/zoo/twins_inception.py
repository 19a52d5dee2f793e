"""PyTorch nets of the Inception family, from the papers, with the names of torchvision, timm and pretrainedmodels."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from example_twins import InceptionV3, Unit
from torch import Tensor, nn
from torch.nn import functional as F

Kernel = int | tuple[int, int]
Step = tuple[int, Kernel] | tuple[int, Kernel, int]


class InceptionV3Aux(InceptionV3):
    """Inception v3 with the weights of the auxiliary classifier, which evaluation does not run."""

    def __init__(self, classes: int) -> None:
        super().__init__(classes)
        parts = {"conv0": Unit(768, 128, 1), "conv1": Unit(128, 768, 5), "fc": nn.Linear(768, classes)}
        self.AuxLogits = nn.ModuleDict(parts)


def chain(channels: int, *steps: Step) -> nn.Sequential:
    """Units one after another: (out, kernel) keeps the size, (out, kernel, stride) has no border."""
    units = []
    for out, kernel, *strides in steps:
        units.append(Unit(channels, out, kernel, *strides, padding=0 if strides else border(kernel)))
        channels = out
    return nn.Sequential(*units)


def border(kernel: Kernel) -> Kernel:
    return kernel // 2 if isinstance(kernel, int) else (kernel[0] // 2, kernel[1] // 2)


def averaged(channels: int, out: int) -> nn.Sequential:
    return nn.Sequential(nn.AvgPool2d(3, 1, 1, count_include_pad=False), Unit(channels, out, 1))


class Side(nn.Module):
    """Branches side by side, named in their order."""

    def __init__(self, *branches: nn.Module, names: Sequence[str] = ()) -> None:
        super().__init__()
        for index, branch in enumerate(branches):
            self.add_module(names[index] if names else f"branch{index}", branch)

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([branch(x) for branch in self.children()], 1)


class ModuleC(nn.Module):
    """Figure 6 of arXiv:1602.07261."""

    def __init__(self) -> None:
        super().__init__()
        row, column = ((1, 3), 1, (0, 1)), ((3, 1), 1, (1, 0))
        self.branch0 = Unit(1536, 256, 1)
        self.branch1_0 = Unit(1536, 384, 1)
        self.branch1_1a, self.branch1_1b = Unit(384, 256, *row), Unit(384, 256, *column)
        self.branch2_0 = Unit(1536, 384, 1)
        self.branch2_1, self.branch2_2 = Unit(384, 448, *column), Unit(448, 512, *row)
        self.branch2_3a, self.branch2_3b = Unit(512, 256, *row), Unit(512, 256, *column)
        self.branch3 = averaged(1536, 256)

    def forward(self, x: Tensor) -> Tensor:
        y = self.branch1_0(x)
        z = self.branch2_2(self.branch2_1(self.branch2_0(x)))
        parts = [self.branch0(x), self.branch1_1a(y), self.branch1_1b(y)]
        return torch.cat([*parts, self.branch2_3a(z), self.branch2_3b(z), self.branch3(x)], 1)


def module_a() -> Side:
    double = chain(384, (64, 1), (96, 3), (96, 3))
    return Side(Unit(384, 96, 1), chain(384, (64, 1), (96, 3)), double, averaged(384, 96))


def module_b() -> Side:
    seven = chain(1024, (192, 1), (224, (1, 7)), (256, (7, 1)))
    double = chain(1024, (192, 1), (192, (7, 1)), (224, (1, 7)), (224, (7, 1)), (256, (1, 7)))
    return Side(Unit(1024, 384, 1), seven, double, averaged(1024, 128))


def reduction_a(channels: int, k: int, l: int, m: int, n: int) -> Side:  # noqa: E741
    return Side(Unit(channels, n, 3, 2), chain(channels, (k, 1), (l, 3), (m, 3, 2)), nn.MaxPool2d(3, 2))


class InceptionV4(nn.Module):
    """Inception v4 with timm's names."""

    def __init__(self) -> None:
        super().__init__()
        stem = [Unit(3, 32, 3, 2), Unit(32, 32, 3), Unit(32, 64, 3, 1, 1)]
        stem.append(Side(nn.MaxPool2d(3, 2), Unit(64, 96, 3, 2), names=["maxpool", "conv"]))
        seven = chain(160, (64, 1), (64, (1, 7)), (64, (7, 1)), (96, 3, 1))
        stem.append(Side(chain(160, (64, 1), (96, 3, 1)), seven))
        stem.append(Side(Unit(192, 192, 3, 2), nn.MaxPool2d(3, 2), names=["conv", "maxpool"]))
        seven = chain(1024, (256, 1), (256, (1, 7)), (320, (7, 1)), (320, 3, 2))
        reduction_b = Side(chain(1024, (192, 1), (192, 3, 2)), seven, nn.MaxPool2d(3, 2))
        first = [*(module_a() for _ in range(4)), reduction_a(384, 192, 224, 256, 384)]
        middle = [*(module_b() for _ in range(7)), reduction_b]
        self.features = nn.Sequential(*stem, *first, *middle, *(ModuleC() for _ in range(3)))
        self.last_linear = nn.Linear(1536, 1000)

    def forward(self, x: Tensor) -> Tensor:
        return self.last_linear(self.features(x).mean((2, 3)))


class Residual(Side):
    """Branches whose projection is scaled and added to the input."""

    def __init__(self, channels: int, inner: int, scale: float, *branches: nn.Module, last: bool = False) -> None:
        super().__init__(*branches)
        self.branches = len(branches)
        self.scale, self.last = scale, last
        self.conv2d = nn.Conv2d(inner, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        made = torch.cat([self.get_submodule(f"branch{i}")(x) for i in range(self.branches)], 1)
        y = self.scale * self.conv2d(made) + x
        return y if self.last else torch.relu(y)


def residual_a() -> Residual:
    double = chain(320, (32, 1), (48, 3), (64, 3))
    return Residual(320, 128, 0.17, Unit(320, 32, 1), chain(320, (32, 1), (32, 3)), double)


def residual_b() -> Residual:
    return Residual(1088, 384, 0.1, Unit(1088, 192, 1), chain(1088, (128, 1), (160, (1, 7)), (192, (7, 1))))


def residual_c(scale: float, last: bool = False) -> Residual:
    three = chain(2080, (192, 1), (224, (1, 3)), (256, (3, 1)))
    return Residual(2080, 448, scale, Unit(2080, 192, 1), three, last=last)


class InceptionResNetV2(nn.Module):
    """Inception-ResNet v2 with timm's names."""

    def __init__(self) -> None:
        super().__init__()
        self.conv2d_1a, self.conv2d_2a, self.conv2d_2b = Unit(3, 32, 3, 2), Unit(32, 32, 3), Unit(32, 64, 3, 1, 1)
        self.conv2d_3b, self.conv2d_4a = Unit(64, 80, 1), Unit(80, 192, 3)
        five, double = chain(192, (48, 1), (64, 5)), chain(192, (64, 1), (96, 3), (96, 3))
        self.mixed_5b = Side(Unit(192, 96, 1), five, double, averaged(192, 64))
        self.repeat = nn.Sequential(*(residual_a() for _ in range(10)))
        self.mixed_6a = reduction_a(320, 256, 256, 384, 384)
        self.repeat_1 = nn.Sequential(*(residual_b() for _ in range(20)))
        strided = [chain(1088, (256, 1), (384, 3, 2)), chain(1088, (256, 1), (288, 3, 2))]
        self.mixed_7a = Side(*strided, chain(1088, (256, 1), (288, 3), (320, 3, 2)), nn.MaxPool2d(3, 2))
        self.repeat_2 = nn.Sequential(*(residual_c(0.2) for _ in range(9)))
        self.block8 = residual_c(1.0, last=True)
        self.conv2d_7b = Unit(2080, 1536, 1)
        self.classif = nn.Linear(1536, 1000)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(self.conv2d_2b(self.conv2d_2a(self.conv2d_1a(x))), 3, 2)
        x = self.mixed_5b(F.max_pool2d(self.conv2d_4a(self.conv2d_3b(x)), 3, 2))
        x = self.repeat_1(self.mixed_6a(self.repeat(x)))
        x = self.block8(self.repeat_2(self.mixed_7a(x)))
        return self.classif(self.conv2d_7b(x).mean((2, 3)))


Towers = tuple[int, int]
MODULES: dict[str, tuple[int, Towers, Towers, int]] = {
    "3a": (64, (64, 64), (64, 96), 32),
    "3b": (64, (64, 96), (64, 96), 64),
    "3c": (0, (128, 160), (64, 96), 0),
    "4a": (224, (64, 96), (96, 128), 128),
    "4b": (192, (96, 128), (96, 128), 128),
    "4c": (160, (128, 160), (128, 160), 128),
    "4d": (96, (128, 192), (160, 192), 128),
    "4e": (0, (128, 192), (192, 256), 0),
    "5a": (352, (192, 320), (160, 224), 128),
    "5b": (352, (192, 320), (192, 224), 128),
}
"""Figure 5 of arXiv:1502.03167: 1x1, 3x3 and double 3x3 with their reductions, projection after pooling."""


class BNInception(nn.Module):
    """Inception with batch normalisation, flat, with the names of pretrainedmodels."""

    def __init__(self) -> None:
        super().__init__()
        self.add("conv1_7x7_s2", 3, 64, 7, 2)
        self.add("conv2_3x3_reduce", 64, 64, 1)
        self.add("conv2_3x3", 64, 192, 3)
        channels = 192
        for name, (one, three, double, pooled) in MODULES.items():
            path, stride = f"inception_{name}", 1 if one else 2
            if one:
                self.add(f"{path}_1x1", channels, one, 1)
                self.add(f"{path}_pool_proj", channels, pooled, 1)
            self.add(f"{path}_3x3_reduce", channels, three[0], 1)
            self.add(f"{path}_3x3", *three, 3, stride)
            self.add(f"{path}_double_3x3_reduce", channels, double[0], 1)
            self.add(f"{path}_double_3x3_1", *double, 3)
            self.add(f"{path}_double_3x3_2", double[1], double[1], 3, stride)
            channels = three[1] + double[1] + (one + pooled if one else channels)
        self.last_linear = nn.Linear(channels, 1000)

    def add(self, name: str, channels: int, out: int, kernel: int, stride: int = 1) -> None:
        self.add_module(name, nn.Conv2d(channels, out, kernel, stride, kernel // 2))
        self.add_module(f"{name}_bn", nn.BatchNorm2d(out))

    def unit(self, name: str, x: Tensor) -> Tensor:
        return torch.relu(self.get_submodule(f"{name}_bn")(self.get_submodule(name)(x)))

    def inception(self, name: str, x: Tensor) -> Tensor:
        path, is_plain = f"inception_{name}", MODULES[name][0] > 0
        three = self.unit(f"{path}_3x3", self.unit(f"{path}_3x3_reduce", x))
        double = self.unit(f"{path}_double_3x3_1", self.unit(f"{path}_double_3x3_reduce", x))
        towers = [three, self.unit(f"{path}_double_3x3_2", double)]
        if not is_plain:
            return torch.cat([*towers, F.max_pool2d(x, 3, 2, ceil_mode=True)], 1)
        pooled = F.max_pool2d(x, 3, 1, 1) if name == "5b" else F.avg_pool2d(x, 3, 1, 1)
        return torch.cat([self.unit(f"{path}_1x1", x), *towers, self.unit(f"{path}_pool_proj", pooled)], 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.max_pool2d(self.unit("conv1_7x7_s2", x), 3, 2, ceil_mode=True)
        x = self.unit("conv2_3x3", self.unit("conv2_3x3_reduce", x))
        x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        for name in MODULES:
            x = self.inception(name, x)
        return self.last_linear(x.mean((2, 3)))
