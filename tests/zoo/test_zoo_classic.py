"""Nets for images of 2012 to 2017 beside PyTorch nets from the papers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn
from twins_classic import FCN, CaffeGoogLeNet, GoogLeNet, ResNet2015, alexnet, spread, squeezenet, vgg
from zoo_parity import Feeds, Outputs, equal, settle

NETS: dict[str, Callable[[], nn.Module]] = {
    "vgg16": lambda: vgg(16, False),
    "vgg11_bn": lambda: vgg(11, True),
    "alexnet": alexnet,
    "squeezenet1_0": lambda: squeezenet(0),
    "squeezenet1_1": lambda: squeezenet(1),
    "googlenet": lambda: GoogLeNet(False),
    "googlenet_aux": lambda: GoogLeNet(True),
    "resnet50_2015": ResNet2015,
}


@pytest.mark.parametrize("name", NETS)
def test_classifiers(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = settle(NETS[name]())
    cases = [{"image": torch.randn(count, 3, 224, 224)} for count in (1, 2)]
    equal(name, net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")


@pytest.mark.parametrize("name", ["googlenet_2014", "googlenet_2014_aux"])
def test_caffe_googlenet(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = spread(CaffeGoogLeNet())

    def call(feeds: Feeds) -> Outputs:
        logits, first, second = net(feeds["image"])
        return {"logits": logits, "logits1": first, "logits2": second} if "aux" in name else {"prob": logits.softmax(1)}

    cases = [{"image": torch.randn(count, 3, 224, 224)} for count in (1, 2)]
    equal(name, net, call, cases, tmp_path, beside="torch twin")


@pytest.mark.parametrize("stride, wide", [(32, 64), (16, 64), (8, 64), (8, 4096)])
def test_fcn(stride: int, wide: int, tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = spread(FCN(stride, wide))
    small = {} if wide == 4096 else {"wide": wide}
    cases = [{"image": torch.randn(1, 3, 32, 32)}, {"image": torch.randn(2, 3, 64, 32)}]

    def call(feeds: Feeds) -> Outputs:
        return {"scores": net(feeds["image"])}

    equal(f"fcn{stride}s", net, call, cases, tmp_path, beside="torch twin", **small)
