"""Nets for images of 2012 to 2017 beside PyTorch nets from the papers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn
from twins_classic import alexnet, squeezenet, vgg
from zoo_parity import equal, settle

NETS: dict[str, Callable[[], nn.Module]] = {
    "vgg13": lambda: vgg(13, False),
    "vgg11_bn": lambda: vgg(11, True),
    "alexnet": alexnet,
    "squeezenet1_0": lambda: squeezenet(0),
    "squeezenet1_1": lambda: squeezenet(1),
}


@pytest.mark.parametrize("name", NETS)
def test_classifiers(name: str, tmp_path: Path) -> None:
    torch.manual_seed(0)
    net = settle(NETS[name]())
    cases = [{"image": torch.randn(count, 3, 224, 224)} for count in (1, 2)]
    equal(name, net, lambda feeds: {"logits": net(feeds["image"])}, cases, tmp_path, beside="torch twin")
