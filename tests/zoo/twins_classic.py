"""PyTorch nets for images of 2012 to 2017, written from the papers and named as those published."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch_twins import Bottleneck, ResNet50

VGG_WIDTHS = {11: "1 M 2 M 4 4 M 8 8 M 8 8 M", 16: "1 1 M 2 2 M 4 4 4 M 8 8 8 M 8 8 8 M"}
MODULES = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}
"""Table 1 of arXiv:1409.4842: channels, 1x1, before 3x3, 3x3, before 5x5, 5x5, after pooling."""


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


class BasicConv2d(nn.Module):
    """Convolution, batch norm, ReLU."""

    def __init__(self, channels: int, out: int, kernel: int, stride: int = 1, padding: int = 0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(out, eps=0.001)

    def forward(self, x: Tensor) -> Tensor:
        return self.bn(self.conv(x)).relu()


class Inception(nn.Module):
    """torchvision's module, with a 3x3 convolution for the 5x5."""

    def __init__(self, channels: int, one: int, red3: int, three: int, red5: int, five: int, pooled: int) -> None:
        super().__init__()
        self.branch1 = BasicConv2d(channels, one, 1)
        self.branch2 = nn.Sequential(BasicConv2d(channels, red3, 1), BasicConv2d(red3, three, 3, padding=1))
        self.branch3 = nn.Sequential(BasicConv2d(channels, red5, 1), BasicConv2d(red5, five, 3, padding=1))
        self.branch4 = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), BasicConv2d(channels, pooled, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class GoogLeNet(nn.Module):
    """torchvision's GoogLeNet in use, its further classifiers kept with `aux`."""

    def __init__(self, aux: bool) -> None:
        super().__init__()
        self.conv1, self.conv2 = BasicConv2d(3, 64, 7, 2, 3), BasicConv2d(64, 64, 1)
        self.conv3 = BasicConv2d(64, 192, 3, padding=1)
        for name, sizes in MODULES.items():
            self.add_module(f"inception{name}", Inception(*sizes))
        for name, channels in (("aux1", 512), ("aux2", 528)):
            if aux:
                dense = {"fc1": nn.Linear(2048, 1024), "fc2": nn.Linear(1024, 1000)}
                self.add_module(name, nn.ModuleDict({"conv": BasicConv2d(channels, 128, 1), **dense}))
        self.fc = nn.Linear(1024, 1000)

    def forward(self, x: Tensor) -> Tensor:
        pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        x = pool(self.conv3(self.conv2(pool(self.conv1(x)))))
        for name in MODULES:
            x = self.get_submodule(f"inception{name}")(x)
            if name in ("3b", "4e"):
                x = pool(x) if name == "3b" else nn.MaxPool2d(2, 2, ceil_mode=True)(x)
        return self.fc(x.mean((2, 3)))


class CaffeGoogLeNet(nn.ModuleDict):
    """Caffe's bvlc_googlenet with the names of its layers."""

    def __init__(self) -> None:
        super().__init__()
        self._conv("conv1/7x7_s2", 3, 64, 7, 2)
        self._conv("conv2/3x3_reduce", 64, 64, 1)
        self._conv("conv2/3x3", 64, 192, 3)
        for name, (channels, one, red3, three, red5, five, pooled) in MODULES.items():
            sizes = {"1x1": (channels, one, 1), "3x3_reduce": (channels, red3, 1), "3x3": (red3, three, 3)}
            sizes |= {"5x5_reduce": (channels, red5, 1), "5x5": (red5, five, 5), "pool_proj": (channels, pooled, 1)}
            for part, (before, after, kernel) in sizes.items():
                self._conv(f"inception_{name}/{part}", before, after, kernel)
        for loss, channels in (("loss1", 512), ("loss2", 528)):
            self._conv(f"{loss}/conv", channels, 128, 1)
            self[f"{loss}/fc"] = nn.Linear(2048, 1024)
            self[f"{loss}/classifier"] = nn.Linear(1024, 1000)
        self["loss3/classifier"] = nn.Linear(1024, 1000)

    def _conv(self, name: str, channels: int, out: int, kernel: int, stride: int = 1) -> None:
        self[name] = nn.Conv2d(channels, out, kernel, stride, kernel // 2)

    def _head(self, loss: str, x: Tensor) -> Tensor:
        x = self[f"{loss}/conv"](nn.functional.avg_pool2d(x, 5, 3)).relu().flatten(1)
        return self[f"{loss}/classifier"](self[f"{loss}/fc"](x).relu())

    def _module(self, name: str, x: Tensor) -> Tensor:
        def run(part: str, x: Tensor) -> Tensor:
            return self[f"inception_{name}/{part}"](x).relu()

        pooled = nn.functional.max_pool2d(x, 3, 1, 1)
        towers = [run("3x3", run("3x3_reduce", x)), run("5x5", run("5x5_reduce", x)), run("pool_proj", pooled)]
        return torch.cat([run("1x1", x), *towers], 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        pool, norm = nn.MaxPool2d(3, 2, ceil_mode=True), nn.LocalResponseNorm(5, 0.0001, 0.75)
        x = norm(pool(self["conv1/7x7_s2"](x).relu()))
        x = self["conv2/3x3"](self["conv2/3x3_reduce"](x).relu()).relu()
        x = pool(norm(x))
        heads = []
        for name in MODULES:
            x = self._module(name, x)
            if name in ("3b", "4e"):
                x = pool(x)
            if name in ("4a", "4d"):
                heads.append(self._head(f"loss{len(heads) + 1}", x))
        return self["loss3/classifier"](x.mean((2, 3))), heads[0], heads[1]


def spread(net: nn.Module) -> nn.Module:
    """`net` with weights that keep the size of what goes through, so that probabilities differ."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            assert module.bias is not None
            nn.init.normal_(module.bias, std=0.1)
    return net


class ResNet2015(ResNet50):
    """The authors' Caffe net under torchvision's names: strides in the first 1x1, a bias in conv1, pooling unpadded."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, 2, 3)
        for module in self.modules():
            if isinstance(module, Bottleneck):
                module.conv1.stride, module.conv2.stride = module.conv2.stride, (1, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = nn.functional.max_pool2d(self.bn1(self.conv1(x)).relu(), 3, 2, ceil_mode=True)
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            x = stage(x)
        return self.fc(x.mean((2, 3)))


class FCN(nn.Module):
    """The authors' Caffe nets voc-fcn32s, voc-fcn16s and voc-fcn8s."""

    def __init__(self, stride: int, wide: int = 4096, classes: int = 21) -> None:
        super().__init__()
        channels = 3
        for stage, (width, count) in enumerate(((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)), 1):
            for i in range(1, count + 1):
                border = 100 if (stage, i) == (1, 1) else 1
                self.add_module(f"conv{stage}_{i}", nn.Conv2d(channels, width, 3, padding=border))
                channels = width
        self.fc6, self.fc7 = nn.Conv2d(512, wide, 7), nn.Conv2d(wide, wide, 1)
        self.score_fr = nn.Conv2d(wide, classes, 1)
        self.stride = stride
        self.upscore = self._upscore(classes, stride)
        if stride < 32:
            self.upscore2, self.score_pool4 = self._upscore(classes, 2), nn.Conv2d(512, classes, 1)
        if stride < 16:
            self.upscore_pool4, self.score_pool3 = self._upscore(classes, 2), nn.Conv2d(256, classes, 1)

    def _upscore(self, classes: int, factor: int) -> nn.ConvTranspose2d:
        """Caffe's bilinear filler."""
        layer = nn.ConvTranspose2d(classes, classes, 2 * factor, factor, bias=False)
        center = (2 * factor - 1 - factor % 2) / (2 * factor)
        line = 1 - (torch.arange(2 * factor) / factor - center).abs()
        layer.weight.data = torch.eye(classes)[:, :, None, None] * torch.outer(line, line)
        return layer

    def forward(self, image: Tensor) -> Tensor:
        x, pools = image, []
        for name, layer in self.named_children():
            if name.startswith("conv"):
                x = layer(x).relu()
            if name in ("conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3"):
                x = nn.functional.max_pool2d(x, 2, ceil_mode=True)
                pools.append(x)
        score = self.score_fr(self.fc7(self.fc6(x).relu()).relu())
        if self.stride < 32:
            score = self.upscore2(score)
            score = score + self._cut(self.score_pool4(pools[3]), 5, score)
        if self.stride < 16:
            score = self.upscore_pool4(score)
            score = score + self._cut(self.score_pool3(pools[2]), 9, score)
        return self._cut(self.upscore(score), {32: 19, 16: 27, 8: 31}[self.stride], image)

    def _cut(self, x: Tensor, start: int, like: Tensor) -> Tensor:
        height, width = like.shape[2:]
        return x[:, :, start : start + height, start : start + width]
